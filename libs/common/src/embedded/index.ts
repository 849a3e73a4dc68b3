/*
 * Postgres and Redis without an installation: real servers in a data folder, started, watched and stopped by this
 * process. For the launcher of `npm start` and for tests; services never import it.
 */
export { type BoundProcess, hasSetpriv, spawnBound } from './bound-process.js';
export { folderHolder, lockFolder } from './folder-lock.js';
export { canListen, freePort } from './free-port.js';
export { type OnLine, readLines } from './output-lines.js';
export { commandLine, isAlive, parentOf, startMark } from './process-facts.js';
export {
  aptInstall,
  asRedisServer,
  dockerAnswers,
  dockerImageReady,
  executable,
  findRedisProgram,
  isRootOnDebian,
} from './redis-binary.js';
export { openSecrets, randomPassword, type SecretStore } from './secrets.js';
export { openDataFolder } from './server-account.js';
export {
  checkEmbeddedPostgres,
  type EmbeddedOptions,
  type RunningServer,
  startEmbeddedPostgres,
  startEmbeddedRedis,
} from './start-servers.js';
export { StartupError } from './startup-error.js';
export { EarlyDeath, type Supervised, type Supervision, type SupervisionEvent, supervise } from './supervisor.js';
