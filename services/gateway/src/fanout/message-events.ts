import { MESSAGE_EVENTS, type MessageEventType } from '@brook/common/contracts';
import { AppError, fromRefusal } from '@brook/common/errors';
import type { Logger } from '@brook/common/logging';
import { startSpan } from '@brook/common/tracing';
import { type Fields, OwnStrings, ownCopy, type RawEntry, toFields } from '@brook/common/streams';
import type { CommandBus } from '../commands/command-bus.js';

export interface MessageEventsOptions {
  bus: Pick<CommandBus, 'gatewayId' | 'settle'>;
  /** A change of a room's messages, also one that was seen before. */
  onEvent: (event: MessageEvent) => void;
  /** A message sent here was written to its subscribers here; `begun`: when its command was given out, by `performance.now()`. */
  onDelivered: (begun: number) => void;
  logger: Logger;
}

export interface MessageEvent {
  type: MessageEventType;
  roomId: string;
  rev: number;
  seq: number;
  messageJson: string;
  /** Whose mentions it changes: user ids, or `ROOM_MENTION`. */
  mentioned: readonly string[];
}

const NOBODY: readonly string[] = [];
const isMessageEvent = (type: string | undefined): type is MessageEventType =>
  (MESSAGE_EVENTS as readonly (string | undefined)[]).includes(type);

/**
 * Reads the messages event stream. A command of this gateway gets its answer whatever the rev: the event of a repeated
 * send is old news to subscribers, but the answer its sender waits for.
 */
export class MessageEvents {
  readonly #options: MessageEventsOptions;
  readonly #ids = new OwnStrings(5_000);

  constructor(options: MessageEventsOptions) {
    this.#options = options;
  }

  onEntries(entries: RawEntry[]): void {
    for (const [id, flat] of entries) {
      try {
        this.#onEntry(toFields(flat));
      } catch (err) {
        this.#options.logger.error({ err, entry: id }, 'an event could not be read');
      }
    }
  }

  #onEntry(fields: Fields): void {
    const { bus, onEvent } = this.#options;
    if (!isMessageEvent(fields['type'])) {
      settleReply(bus, fields);
      return;
    }
    const { room, message: messageJson } = fields;
    const [rev, seq] = [Number(fields['rev']), Number(fields['seq'])];
    if (!room || !messageJson || !Number.isSafeInteger(rev)) throw new TypeError('an incomplete message event');
    const roomId = this.#ids.of(room);
    const mentioned = fields['mentioned']?.split(',').map(ownCopy) ?? NOBODY;
    const event: MessageEvent = { type: fields['type'], roomId, rev, seq, messageJson, mentioned };
    const { gateway, ref, duplicate, traceparent } = fields;
    const span = traceparent === undefined ? undefined : startDelivery(traceparent, roomId);
    try {
      onEvent(event);
    } finally {
      span?.end();
      if (gateway === bus.gatewayId && ref !== undefined) this.#answer(ref, event, duplicate === '1');
    }
  }

  #answer(ref: string, { messageJson, rev, seq, type }: MessageEvent, duplicate: boolean): void {
    const { bus, onDelivered } = this.#options;
    const begun = bus.settle(ref, { messageJson, rev, seq, type, ...(duplicate ? { duplicate } : {}) });
    if (begun !== undefined && type === 'message.created') onDelivered(begun);
  }
}

const startDelivery = (parent: string, room: string) =>
  startSpan('deliver', { parent, kind: 'consumer', attributes: { 'brook.key': room } });

/** Gives the command bus an answer that is addressed to this gateway; leaves any other entry alone. */
export function settleReply(bus: Pick<CommandBus, 'gatewayId' | 'settle'>, fields: Fields): void {
  const { type, gateway, ref, status, body = 'null' } = fields;
  if (type !== 'reply' || gateway !== bus.gatewayId || ref === undefined) return;
  bus.settle(ref, readReply(status, body));
}

function readReply(status: string | undefined, body: string): { body: unknown } | AppError {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    return new AppError('internal', 'an answer could not be understood', { cause });
  }
  return status === 'ok' ? { body: value } : fromRefusal(value);
}
