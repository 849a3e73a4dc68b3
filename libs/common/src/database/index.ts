export * from './connection.js';
export * from './meta.js';
export * from './migrations.js';
export * from './sql-runner.js';
