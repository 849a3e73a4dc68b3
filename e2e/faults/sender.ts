import { randomUUID } from 'node:crypto';
import type { Brook, Subscription } from '@brook/sdk';
import type { FrameTail } from './frame-tail.js';
import { pick, type Random } from './random.js';

/** One message as its sender knows it. Times on the clock of `performance.now()`. */
export interface SendRecord {
  clientId: string;
  roomId: string;
  text: string;
  sentAt: number;
  ackedAt?: number;
  seq?: number;
  /** The code of a refusal for good. */
  refused?: string;
  /** What was done to it later. */
  changes?: Changes;
}

/** Edits and deletes of one message, one after another. */
export interface Changes {
  /** A change is on its way. */
  flying: boolean;
  /** The last text that an ack confirmed. */
  text: string;
  /** Texts that were asked for after it and whose outcome is unknown. */
  maybe: string[];
  deleted: 'no' | 'maybe' | 'yes';
  /** Code of the last refusal. */
  error?: string;
  /** The sender's own reactions, by emoji. */
  reactions: Map<string, 'no' | 'maybe' | 'yes'>;
}

/** What can be done to a stored message. `mention` edits it so that it mentions somebody. */
export type Change = 'edit' | 'delete' | 'mention' | 'react' | 'unreact';

/** Errors after which one does not know whether the change was made. */
const UNKNOWN = new Set(['disconnected', 'timeout', 'unavailable', 'closed', 'internal']);
const KINDS = ['👍', '👍🏽', '🏳️‍🌈', '1️⃣', '🇰🇷'];
const EDITS = 0.1;
const DELETES = 0.04;
const RECENT = 30;

/** One person who talks: mostly new messages, now and then an edit or a delete of an own recent one. */
export class Sender {
  readonly name: string;
  readonly brook: Brook;
  readonly tail: FrameTail;
  readonly subscriptions: Subscription[] = [];
  /** In the order of sending. */
  readonly records: SendRecord[] = [];
  /** Refusals of edits and deletes, by code. */
  readonly changeErrors = new Map<string, number>();
  readonly #random: Random;
  readonly #recent: SendRecord[] = [];
  #pending = 0;
  #count = 0;

  constructor(name: string, { brook, tail, random }: { brook: Brook; tail: FrameTail; random: Random }) {
    this.name = name;
    this.brook = brook;
    this.tail = tail;
    this.#random = random;
  }

  /** Sends and changes without an answer yet. */
  get pending(): number {
    return this.#pending;
  }

  /** What it knows by now, when nothing is on its way. */
  memory(): SendRecord[] {
    return structuredClone(this.records);
  }

  /** Knows nothing but `memory` any more: the rest never was. */
  recall(memory: SendRecord[]): void {
    this.records.splice(0, this.records.length, ...memory);
    this.#recent.splice(0, this.#recent.length, ...this.records.filter(({ seq }) => seq !== undefined).slice(-RECENT));
  }

  /** Does one thing. */
  act(): void {
    const dice = this.#random();
    // Edits are not queued while there is no connection: a client would not offer them.
    const changing = dice < EDITS + DELETES && this.brook.state.status === 'online';
    const target = changing ? this.#target() : undefined;
    if (!target) this.send(pick(this.#random, this.subscriptions).roomId);
    else if (dice < EDITS) this.#edit(target);
    else this.#delete(target);
  }

  /** Sends one message; its outcome is recorded. */
  send(roomId: string, clientId: string = randomUUID()): SendRecord {
    const record: SendRecord = { clientId, roomId, text: `${this.name} ${this.#count++}`, sentAt: performance.now() };
    this.records.push(record);
    this.#pending++;
    void this.brook
      .send(roomId, record.text, { clientId })
      .then(
        (message) => {
          record.ackedAt = performance.now();
          record.seq = message.seq;
          this.#remember(record);
        },
        (error: unknown) => {
          record.refused = toCode(error);
        },
      )
      .finally(() => this.#pending--);
    return record;
  }

  /** Changes one of the acked messages, counted from the newest; nothing when that one is deleted. */
  change(how: Change, back: number, whom: string = ''): void {
    const acked = this.records.filter(({ seq }) => seq !== undefined);
    const record = acked[acked.length - 1 - (back % Math.max(1, acked.length))];
    if (!record || (record.changes?.deleted ?? 'no') !== 'no') return;
    if (how === 'delete') this.#delete(record);
    else if (how === 'edit') this.#edit(record);
    else if (how === 'mention') this.#edit(record, ` @${whom}`);
    else this.#react(record, KINDS[back % KINDS.length] as string, how === 'react');
  }

  #remember(record: SendRecord): void {
    this.#recent.push(record);
    if (this.#recent.length > RECENT) this.#recent.shift();
  }

  #target(): SendRecord | undefined {
    const free = this.#recent.filter(({ changes }) => !changes?.flying && (changes?.deleted ?? 'no') === 'no');
    return free.length > 0 ? pick(this.#random, free) : undefined;
  }

  #edit(record: SendRecord, more = ''): void {
    const changes = begin(record);
    const text = `${record.text} edit ${this.#count++}${more}`;
    changes.maybe.push(text);
    this.#follow(changes, this.brook.edit(record.roomId, record.seq as number, text), {
      ok: () => Object.assign(changes, { text, maybe: [] }),
      refused: () => changes.maybe.splice(changes.maybe.indexOf(text), 1),
    });
  }

  #delete(record: SendRecord): void {
    const changes = begin(record);
    changes.deleted = 'maybe';
    this.#follow(changes, this.brook.deleteMessage(record.roomId, record.seq as number), {
      ok: () => {
        changes.deleted = 'yes';
      },
      refused: () => {
        changes.deleted = 'no';
      },
    });
  }

  #react(record: SendRecord, emoji: string, on: boolean): void {
    const changes = begin(record);
    const before = changes.reactions.get(emoji) ?? 'no';
    changes.reactions.set(emoji, 'maybe');
    this.#follow(changes, this.brook.react(record.roomId, record.seq as number, emoji, on), {
      ok: () => changes.reactions.set(emoji, on ? 'yes' : 'no'),
      refused: () => changes.reactions.set(emoji, before),
    });
  }

  #follow(changes: Changes, answer: Promise<unknown>, on: { ok: () => unknown; refused: () => unknown }): void {
    this.#pending++;
    void answer
      .then(on.ok, (error: unknown) => {
        const code = toCode(error);
        this.changeErrors.set(code, (this.changeErrors.get(code) ?? 0) + 1);
        changes.error = code;
        if (!UNKNOWN.has(code)) on.refused();
      })
      .finally(() => {
        changes.flying = false;
        this.#pending--;
      });
  }
}

function begin(record: SendRecord): Changes {
  record.changes ??= { flying: true, text: record.text, maybe: [], deleted: 'no', reactions: new Map() };
  record.changes.flying = true;
  return record.changes;
}

const toCode = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : String(error));
