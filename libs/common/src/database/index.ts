export * from './connection.js';
export * from './meta.js';
export * from './migrations.js';
