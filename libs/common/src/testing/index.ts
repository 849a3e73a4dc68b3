/*
 * Real Redis and Postgres for tests. Jest's global setup (tools/jest/global-setup.mjs) starts them once a run:
 * DATABASE_URL and REDIS_URL where set, else containers where a Docker engine answers, else the embedded servers.
 *
 *   import { eventually, freshDatabase, freshRedis, startPrivateRedis } from '@brook/common/testing';
 *
 *   const database = await freshDatabase();       // empty database of this file: database.url
 *   const redisUrl = await freshRedis();          // this worker's logical database, emptied
 *   afterAll(() => database.drop());              // after closing your own clients
 *
 *   const redis = await startPrivateRedis();      // where a test kills, empties or restarts the server
 *   redis.kill(); await eventually(() => canSend());
 *   afterAll(() => redis.stop());
 *
 * Run: NODE_OPTIONS=--experimental-vm-modules npx jest --selectProjects messages
 * A file that leaves a socket, a listener, a child process or a running timer behind fails by itself
 * (tools/jest/checked-environment.mjs): close what you open, in afterAll.
 */
export { findChromium } from './chromium.js';
export { eventually } from './eventually.js';
export { type FreshDatabase, freshDatabase } from './fresh-database.js';
export { freshRedis, type PrivateRedis, startPrivateRedis } from './fresh-redis.js';
export { startRedisCluster } from './redis-cluster.js';
export { TEST_DATABASE_VARIABLE, TEST_REDIS_VARIABLE } from './run-environment.js';
export { announce, makeServerFolder, startTestServers, type TestServers } from './servers.js';
