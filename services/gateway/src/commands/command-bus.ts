import type { CommandData, CommandEntry, CommandType, MessageEventType, ServiceName, User } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { CommandProducer } from '@brook/common/streams';
import { startSpan, type TraceSpan } from '@brook/common/tracing';

/** The answer to a command: the body of a reply entry, or the message event that the command caused. */
export type Answer =
  | { body: unknown }
  | {
      /** The message as JSON, exactly as the event carries it. */
      messageJson: string;
      rev: number;
      seq: number;
      type: MessageEventType;
      /** The clientId was stored before: this is the first message. */
      duplicate?: boolean;
    };

/** A command for `execute`; `idem` is the idempotency key, unique with the actor. */
export interface Execution<S extends ServiceName, T extends CommandType<S>> {
  type: T;
  /** Room id (messages, rooms) or user id (users): decides the partition. */
  key: string;
  actor: User;
  data: CommandData<S, T>;
  /** JSON of `data`, where it is made faster than by `JSON.stringify`. */
  dataJson?: string | undefined;
  idem?: string | undefined;
  /** Request id, carried through to the owner's log. */
  trace?: string | undefined;
  /** The span it is part of, where tracing is on. */
  traceparent?: string | undefined;
}

/** Is told the outcome of a command, once; must not throw. */
export type Settled = (answer: Answer | AppError) => void;

interface Pending {
  settled: Settled;
  /** Both on the clock of `performance.now()`. */
  begun: number;
  deadline: number;
  /** A send is safe to refuse for now: its clientId is stored once, however often it comes. */
  send: boolean;
  span: TraceSpan | undefined;
}

export interface CommandBusOptions {
  producer: Pick<CommandProducer, 'enqueue'>;
  /** Unique per process start; answers carry it. */
  gatewayId: string;
}

/** Profiles are kept as objects that never change: a sender's JSON is made once. */
const actorJsons = new WeakMap<User, string>();

function actorJson(actor: User): string {
  let json = actorJsons.get(actor);
  if (json === undefined) {
    json = JSON.stringify(actor);
    actorJsons.set(actor, json);
  }
  return json;
}

const DEADLINE_MS = 10_000;
/** How exactly deadlines are kept. One timer serves all commands. */
const SWEEP_MS = 250;

/**
 * Puts commands on their streams and waits for their answers, which the fan-out finds on the event streams and hands to
 * `settle`. Commands enter the streams in the order of the calls.
 */
export class CommandBus {
  readonly gatewayId: string;
  readonly #producer: Pick<CommandProducer, 'enqueue'>;
  readonly #pending = new Map<string, Pending>();
  #count = 0;
  #sweep: NodeJS.Timeout | undefined;

  constructor({ producer, gatewayId }: CommandBusOptions) {
    this.gatewayId = gatewayId;
    this.#producer = producer;
  }

  /** Commands that wait for an answer. */
  get waiting(): number {
    return this.#pending.size;
  }

  /**
   * Resolves when the command's outcome is visible. The command is enqueued before this returns, so calls keep their order.
   * @throws AppError the owner's refusal; `overloaded` or `unavailable` when it could not be enqueued (with `unavailable`
   * it may still be executed); `timeout` when no answer came within `deadlineMs`, and then too it may be executed
   */
  execute<S extends ServiceName, T extends CommandType<S>>(
    service: S,
    execution: Execution<S, T>,
    options?: { deadlineMs?: number },
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const settled: Settled = (answer) => {
        if (answer instanceof AppError) reject(answer);
        else resolve(answer);
      };
      this.submit(service, execution, settled, options);
    });
  }

  /** As `execute`, for who gives out thousands a second: `settled` is told the answer or the error, maybe before this returns. */
  submit<S extends ServiceName, T extends CommandType<S>>(
    service: S,
    { type, key, actor, data, dataJson, idem, trace, traceparent }: Execution<S, T>,
    settled: Settled,
    { deadlineMs = DEADLINE_MS }: { deadlineMs?: number } = {},
  ): void {
    const ref = (++this.#count).toString(36);
    const begun = performance.now();
    const span = startSpan(`command ${type}`, { parent: traceparent, kind: 'producer', attributes: { 'brook.key': key } });
    // Registered first: the answer can overtake the reply to XADD.
    this.#pending.set(ref, { settled, begun, deadline: begun + deadlineMs, send: type === 'message.send', span });
    this.#sweep ??= setInterval(() => this.#dropLate(), SWEEP_MS);
    const entry: CommandEntry = {
      type,
      key,
      actor: actorJson(actor),
      data: dataJson ?? JSON.stringify(data),
      gateway: this.gatewayId,
      ref,
    };
    if (idem !== undefined) entry.idem = idem;
    if (trace !== undefined) entry.trace = trace;
    if (span) entry.traceparent = span.traceparent;
    this.#producer.enqueue(service, entry, (err) => {
      if (err) this.settle(ref, err);
    });
  }

  /**
   * Gives a command its answer. One that nobody waits for any more is dropped: the client has been told `timeout`.
   * @returns when it was given to `execute`, on the clock of `performance.now()`; undefined when nobody waited
   */
  settle(ref: string, answer: Answer | AppError): number | undefined {
    const pending = this.#pending.get(ref);
    if (!pending) return undefined;
    this.#forget(ref);
    pending.span?.end(answer instanceof AppError ? answer : undefined);
    pending.settled(answer);
    return pending.begun;
  }

  /**
   * Refuses the sends that still wait: Redis may have lost them, and the sooner their clients send again, the better.
   * Other commands wait on, for their clients might not repeat them under the same key.
   */
  giveUpSends(): void {
    for (const [ref, { send }] of [...this.#pending])
      if (send)
        this.settle(ref, new AppError('unavailable', 'the message may have been lost: send it again', { retryAfterMs: 100 }));
  }

  /** Refuses everything that still waits; for the ordered stop, after the last request. */
  close(): void {
    for (const ref of [...this.#pending.keys()]) this.settle(ref, new AppError('unavailable', 'the gateway is stopping'));
  }

  #dropLate(): void {
    const now = performance.now();
    for (const [ref, { deadline }] of this.#pending) if (deadline <= now) this.settle(ref, new AppError('timeout'));
  }

  #forget(ref: string): void {
    this.#pending.delete(ref);
    if (this.#pending.size > 0) return;
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }
}

/** The body of a command whose answer is a reply, as its service documents it. @throws AppError `internal` on an event */
export function bodyOf<T>(answer: Answer): T {
  if ('body' in answer) return answer.body as T;
  throw new AppError('internal', 'an answer could not be understood');
}
