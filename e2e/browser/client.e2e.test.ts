import { jest } from '@jest/globals';
import { accessibilitySuite } from './suites/accessibility.js';
import { attacksSuite } from './suites/attacks.js';
import { keyboardSuite } from './suites/keyboard.js';
import { layoutSuite } from './suites/layout.js';
import { networkSuite } from './suites/network.js';
import { noticesSuite } from './suites/notices.js';
import { pagesSuite } from './suites/pages.js';
import { picturesSuite } from './suites/pictures.js';
import { settingsSuite } from './suites/settings.js';
import { startSuite } from './suites/start.js';
import { Stage } from './support/stage.js';

jest.setTimeout(90_000);

// The client around the rooms, on any screen and network. One Brook and one browser for all of it.
const stage = new Stage();
networkSuite(stage);
startSuite(stage);
noticesSuite(stage);
keyboardSuite(stage);
settingsSuite(stage);
picturesSuite(stage);
pagesSuite(stage);
layoutSuite(stage);
accessibilitySuite(stage);
attacksSuite(stage);
