import type { ErrorCode, ErrorFrame, Problem } from '@brook/common/contracts';

/** The server's codes, and those that only a client can know. */
export type BrookErrorCode =
  | ErrorCode
  /** The server could not be reached, or the connection broke before the answer. */
  | 'disconnected'
  /** The client was closed, or nobody is signed in any more. */
  | 'closed';

const RETRYABLE: ReadonlySet<BrookErrorCode> = new Set<BrookErrorCode>([
  'retry_order',
  'rate_limited',
  'overloaded',
  'unavailable',
  'timeout',
  'token_expired',
  'disconnected',
]);

interface BrookErrorDetails {
  status?: number | undefined;
  requestId?: string | undefined;
  retryAfterMs?: number | undefined;
  issues?: Problem['issues'] | undefined;
  cause?: unknown;
}

/** Every refusal and failure of the SDK. `code` is stable and meant for programs, `message` for people who read logs. */
export class BrookError extends Error {
  override readonly name = 'BrookError';
  readonly code: BrookErrorCode;
  /** HTTP status of a REST refusal. */
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  /** Milliseconds after which a retry makes sense. */
  readonly retryAfterMs: number | undefined;
  /** What is wrong with which field, for `validation_failed`. */
  readonly issues: Problem['issues'] | undefined;

  constructor(code: BrookErrorCode, detail: string, details: BrookErrorDetails = {}) {
    super(detail, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.requestId = details.requestId;
    this.retryAfterMs = details.retryAfterMs;
    this.issues = details.issues;
  }

  /** Whether the same request may succeed later without anybody changing it. */
  get retryable(): boolean {
    return RETRYABLE.has(this.code);
  }
}

/** The error that an `error` frame of the socket announces. */
export const errorFromFrame = (frame: Omit<ErrorFrame, 'type'>): BrookError =>
  new BrookError(frame.code, frame.detail, { retryAfterMs: frame.retryAfterMs });

/** Any thrown value as a BrookError; what is not one of ours counts as `internal`. */
export const toBrookError = (error: unknown): BrookError =>
  error instanceof BrookError
    ? error
    : new BrookError('internal', error instanceof Error ? error.message : String(error), { cause: error });
