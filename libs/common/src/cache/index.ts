export * from './recent.js';
