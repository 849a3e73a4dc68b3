import { FENCED_SQLSTATE } from './lease.js';

interface DriverCause {
  originalCode?: unknown;
  code?: unknown;
}
interface MaybeSqlError {
  code?: unknown;
  cause?: DriverCause;
  meta?: { code?: unknown; driverAdapterError?: { cause?: DriverCause } };
}

const SQLSTATE = /^[0-9A-Z]{5}$/;

/** The SQLSTATE of a failed statement as Prisma's driver adapter or `pg` reports it; undefined for other failures. */
export function sqlState(err: unknown): string | undefined {
  const { code, cause, meta } = (err ?? {}) as MaybeSqlError;
  const driver = meta?.driverAdapterError?.cause;
  const candidates = [driver?.originalCode, driver?.code, cause?.originalCode, cause?.code, meta?.code, code];
  return candidates.find(
    (candidate): candidate is string =>
      typeof candidate === 'string' && SQLSTATE.test(candidate) && !/^P[12]\d{3}$/.test(candidate),
  );
}

/** Whether the database refused a write because the lease is lost. */
export const isFenced = (err: unknown): boolean => sqlState(err) === FENCED_SQLSTATE;

/** SQLSTATE classes that say something about the command and not about the moment; 57014 is the statement timeout. */
const OF_THE_COMMAND = /^(0A|21|22|23|42|54|P0|57014)/;

/** Whether trying the same command again would most likely fail the same way. */
export function isPoison(err: unknown): boolean {
  const state = sqlState(err);
  if (state !== undefined) return OF_THE_COMMAND.test(state);
  return err instanceof TypeError || err instanceof RangeError || err instanceof SyntaxError;
}
