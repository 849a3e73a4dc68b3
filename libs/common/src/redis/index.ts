export * from './client.js';
export * from './generation.js';
