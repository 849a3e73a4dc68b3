import { StartupError } from '@brook/common/embedded';
import { type RuntimeFacts, readRuntime } from './runtime-file.js';
import { dataDirOf } from './settings.js';

/** The Brook that runs on this machine's data folder. Throws StartupError when none does. */
export function runningBrook(): RuntimeFacts {
  const dataDir = dataDirOf(process.env);
  const facts = readRuntime(dataDir);
  if (facts) return facts;
  throw new StartupError(`No Brook is running on ${dataDir}: start it with "npm start" and try again (or set BROOK_DATA_DIR).`);
}
