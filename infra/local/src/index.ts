/* The launcher as others use it: end-to-end tests and benchmarks start a whole Brook with it. */
export { type RuntimeFacts, readRuntime } from './runtime-file.js';
export { makeTokenKeys } from './token-keys.js';
export { type SpawnedBrook, type SpawnOptions, spawnBrook, spawnLauncher } from './spawn-brook.js';
