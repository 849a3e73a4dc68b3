/*
 * The parts of the SDK that a client of few kilobytes can build on: how long to wait, what a close code means, ids, and
 * one refresh at a time. The whole client is `createBrook`.
 */
export { fullJitter } from './backoff.js';
export { newId } from './ids.js';
export { oneTabAtATime } from './rest/tab-lock.js';
export { afterClose } from './socket/reconnect-rule.js';
