import { jest } from '@jest/globals';
import { accessibilitySuite } from './suites/accessibility.js';
import { attacksSuite } from './suites/attacks.js';
import { conversationSuite } from './suites/conversation.js';
import { enteringSuite } from './suites/entering.js';
import { historySuite } from './suites/history.js';
import { keyboardSuite } from './suites/keyboard.js';
import { messagesSuite } from './suites/messages.js';
import { networkSuite } from './suites/network.js';
import { noticesSuite } from './suites/notices.js';
import { pagesSuite } from './suites/pages.js';
import { picturesSuite } from './suites/pictures.js';
import { settingsSuite } from './suites/settings.js';
import { startSuite } from './suites/start.js';
import { writingSuite } from './suites/writing.js';
import { Stage } from './support/stage.js';

jest.setTimeout(90_000);

// One Brook and one browser for all of them: starting these takes longer than most of the tests.
const stage = new Stage();
enteringSuite(stage);
conversationSuite(stage);
messagesSuite(stage);
historySuite(stage);
writingSuite(stage);
networkSuite(stage);
startSuite(stage);
noticesSuite(stage);
keyboardSuite(stage);
settingsSuite(stage);
picturesSuite(stage);
pagesSuite(stage);
accessibilitySuite(stage);
attacksSuite(stage);
