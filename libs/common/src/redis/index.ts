export * from './blocking-reader.js';
export * from './client.js';
export * from './generation.js';
