import { collectDefaultMetrics, Registry } from 'prom-client';

/** Of the watch over the event loop, in milliseconds: each look wakes the process, also when nothing is to be done. */
const LAG_LOOK_MS = 50;

/** A registry with the process's own figures (CPU, memory, event loop lag, which includes up to 50 ms between two looks) under the service's label. */
export function createMetrics(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_LOOK_MS });
  return registry;
}
