import type { z } from 'zod';
import { type CommandRefusal, ERRORS, type ErrorCode, isErrorCode, type Problem } from '../contracts/index.js';

interface Extra {
  retryAfterMs?: number | undefined;
  issues?: Problem['issues'] | undefined;
  cause?: unknown;
}

/** A refusal that its receiver may see: a code of the one error table and a sentence about this case. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;
  readonly issues: Problem['issues'] | undefined;

  constructor(code: ErrorCode, detail: string = ERRORS[code].title, extra: Extra = {}) {
    super(detail, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.code = code;
    this.retryAfterMs = extra.retryAfterMs;
    this.issues = extra.issues;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  /** The wire form of a refused command. */
  toRefusal(): CommandRefusal {
    return {
      code: this.code,
      detail: this.message,
      ...(this.retryAfterMs === undefined ? {} : { retryAfterMs: this.retryAfterMs }),
    };
  }
}

/** The refusal that a stream reply or a problem body carries; an unknown shape is `internal`. */
export function fromRefusal(body: unknown): AppError {
  const { code, detail, retryAfterMs, issues } = (body ?? {}) as Partial<Problem>;
  if (!isErrorCode(code)) return new AppError('internal', 'an answer could not be understood', { cause: body });
  return new AppError(code, detail, { retryAfterMs, issues });
}

/** `validation_failed` with one issue per field. */
export function invalid(error: z.ZodError): AppError {
  const issues = error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  const first = issues[0];
  const detail = first ? `${first.path ? `${first.path}: ` : ''}${first.message}` : ERRORS.validation_failed.title;
  return new AppError('validation_failed', detail, { issues });
}

/**
 * Parses untrusted input.
 * @throws AppError `validation_failed`
 */
export function parse<T extends z.ZodType>(schema: T, input: unknown): z.infer<T> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw invalid(result.error);
}
