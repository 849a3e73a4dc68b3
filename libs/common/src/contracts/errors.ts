/**
 * The one error table: REST problems, socket errors and stream replies all take their codes from here.
 * A code's status is its HTTP status; `title` is the short human summary of RFC 9457.
 */
export const ERRORS = {
  validation_failed: { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'Sign in first' },
  token_expired: { status: 401, title: 'The access token has expired' },
  invalid_credentials: { status: 401, title: 'Name or password is wrong' },
  forbidden: { status: 403, title: 'You may not do this' },
  blocked: { status: 403, title: 'This account is blocked' },
  not_found: { status: 404, title: 'Not found' },
  username_taken: { status: 409, title: 'This name is taken' },
  conflict: { status: 409, title: 'In conflict with the present state' },
  retry_order: { status: 409, title: 'Send the refused message first' },
  payload_too_large: { status: 413, title: 'The request is too large' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  overloaded: { status: 503, title: 'Too much work is waiting; try again shortly' },
  unavailable: { status: 503, title: 'A part of the service cannot be reached' },
  timeout: { status: 504, title: 'The answer took too long' },
} as const satisfies Record<string, { status: number; title: string }>;

/** A code of the error table. */
export type ErrorCode = keyof typeof ERRORS;

/** Every code, for schemas and translations that must be complete. */
export const ERROR_CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

/** Whether `code` stands in the error table. */
export const isErrorCode = (code: unknown): code is ErrorCode => typeof code === 'string' && Object.hasOwn(ERRORS, code);

/** Body of every REST refusal, `application/problem+json` (RFC 9457). */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail: string;
  requestId: string;
  /** Milliseconds after which a retry makes sense. */
  retryAfterMs?: number;
  /** What is wrong with which field, for `validation_failed`. */
  issues?: { path: string; message: string }[];
}
