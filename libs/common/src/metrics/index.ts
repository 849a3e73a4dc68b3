export { Counter, Gauge, Histogram, Registry } from 'prom-client';
export { LabelledTally, PlainHistogram, Tally } from './hot-figures.js';
export { createMetrics } from './process-metrics.js';
export { type Backlog, createOwnerMetrics, type OwnerMetrics } from './owner-metrics.js';
export { watchPool, type WatchedPool } from './pool-metrics.js';
