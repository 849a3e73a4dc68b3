export * from './app.js';
export * from './client.js';
export * from './internal-app.js';
export * from './problem.js';
export * from './server.js';
