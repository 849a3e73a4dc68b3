import { jest } from '@jest/globals';
import { conversationSuite } from './suites/conversation.js';
import { enteringSuite } from './suites/entering.js';
import { historySuite } from './suites/history.js';
import { longRoomSuite } from './suites/long-room.js';
import { messagesSuite } from './suites/messages.js';
import { roomsSuite } from './suites/rooms.js';
import { writingSuite } from './suites/writing.js';
import { Stage } from './support/stage.js';

jest.setTimeout(90_000);

// What people do in rooms. One Brook and one browser for all of it: starting these takes longer than most of the tests.
const stage = new Stage();
enteringSuite(stage);
conversationSuite(stage);
messagesSuite(stage);
roomsSuite(stage);
historySuite(stage);
longRoomSuite(stage);
writingSuite(stage);
