import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/**
 * The name under which a process holds partitions, once a start: `machine:process:id`. The id makes it unique, for in
 * containers every process has the same number; the rest tells people which one it is (`brook partitions`).
 */
export const replicaName = (): string => `${hostname()}:${process.pid}:${randomUUID()}`;
