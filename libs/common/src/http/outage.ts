import { sqlState } from '../streams/sql-error.js';

/*
 * Failures that say nothing about the request: its database or its Redis is away, starting, full, read-only or too busy
 * right now, and the same request may succeed in a moment.
 */

/** SQLSTATE: connections, resources, shutdown and start-up, system faults, read-only, deadlocks, locks, idle transactions. */
const STATES = /^(08|53|57|58|40|25006|25P03|55P03)/;
/** Prisma's codes for a database that cannot be reached or has no connection left. */
const PRISMA = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034', 'P2037']);
const DRIVER_KINDS = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'TooManyConnections', 'SocketTimeout']);
const SOCKET = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'EHOSTUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);
const REDIS_NAMES = new Set(['MaxRetriesPerRequestError', 'ClusterAllFailedError']);
const REDIS_REPLIES = /^(LOADING|READONLY|CLUSTERDOWN|MASTERDOWN|TRYAGAIN|BUSY|OOM|NOREPLICAS)\b/;
/** What `pg` and its pool say with an Error of no other mark. */
const POSTGRES_WORDS =
  /^(timeout exceeded when trying to connect|timeout expired|Connection terminated|Client (was closed|has encountered a connection error))/;
/** What ioredis says with an Error of no other mark. */
const REDIS_WORDS = /^(Connection is closed\.|Command timed out|Stream isn't writeable)/;

interface Fault {
  name?: unknown;
  message?: unknown;
  code?: unknown;
  meta?: { driverAdapterError?: { cause?: { kind?: unknown } } };
}

/** Whether `err` comes from a store that cannot do its work just now. */
export function isOutage(err: unknown): boolean {
  if (typeof err !== 'object' || err === null) return false;
  const state = sqlState(err);
  if (state !== undefined && STATES.test(state)) return true;
  const { name, message, code, meta } = err as Fault;
  if (DRIVER_KINDS.has(String(meta?.driverAdapterError?.cause?.kind))) return true;
  if (typeof code === 'string' && (PRISMA.has(code) || SOCKET.has(code))) return true;
  if (REDIS_NAMES.has(String(name))) return true;
  return typeof message === 'string' && [POSTGRES_WORDS, REDIS_REPLIES, REDIS_WORDS].some((words) => words.test(message));
}
