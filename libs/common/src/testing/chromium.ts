import { aptInstall, executable, isRootOnDebian, StartupError } from '../embedded/index.js';

// The shell is the same engine without a browser's windows: our tests take a quarter less of the machine with it.
const NAMES = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const KNOWN_PLACES = [
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/**
 * The path of a Chromium for end-to-end tests: `CHROMIUM`, PATH, the usual places, else, as root on Debian or Ubuntu,
 * installed with apt after `announce` was told. Throws StartupError with the command for this system.
 */
export function findChromium(announce: (sentence: string) => void): string {
  const named = process.env['CHROMIUM'];
  if (named) return executable(named) ?? refuse(`CHROMIUM names ${named}, which is not a program that can be run.`);
  return installed() ?? installFromApt(announce);
}

const installed = () => [...NAMES, ...KNOWN_PLACES].map(executable).find((path) => path !== undefined);

function installFromApt(announce: (sentence: string) => void): string {
  const command = process.platform === 'darwin' ? 'brew install --cask chromium' : 'sudo apt-get install chromium';
  if (!isRootOnDebian())
    refuse(`The end-to-end tests need Chromium and found none: run "${command}", or set CHROMIUM to a browser's path.`);
  announce('No Chromium found: installing the Debian package chromium-headless-shell, or chromium, with apt-get.');
  try {
    aptInstall(['chromium-headless-shell']);
  } catch {
    // Not every release of Debian and Ubuntu has it apart.
    aptInstall(['chromium']);
  }
  return installed() ?? refuse('The package brought no browser: set CHROMIUM to the path of one.');
}

function refuse(sentence: string): never {
  throw new StartupError(sentence);
}
