import type { MessageChange } from '@brook/common/cache';
import type { CommandData, Mentions, Message, MessageEventType, ReplyEntry } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { newUuid } from '@brook/common/ids';
import { type Command, type HeldLease, onceKey, reply } from '@brook/common/streams';
import { mentionedBy } from '../domain/mentioned.js';
import { newMessageJson, stampJson } from '../domain/message-json.js';
import { REFUSALS, storedEventType } from '../domain/outcomes.js';
import { type ChainLink, RecentSends, SendMap, type SendName, splitByChain } from '../domain/send-chain.js';
import { type AppendRow, append, type Send, type StoredChange } from '../repositories/append.js';
import { type Place, placeKey } from '../repositories/bans.js';
import { findSends } from '../repositories/find-sends.js';
import type { Database } from '../repositories/prisma.js';
import type { RefusalReview } from './refusal-review.js';

type MessagesCommand = Command<'messages'>;
type SendData = CommandData<'messages', 'message.send'>;

/** What a committed batch leaves to publish. */
export interface BatchOutcome {
  changes: MessageChange[];
  replies: ReplyEntry[];
}

/** A message to store, and every command of the batch that asks for it: the same client id may come through two sockets. */
interface SendGroup extends SendName {
  send: Send;
  commands: MessagesCommand[];
}

/** Executes batches of the messages commands. */
export class BatchExecutor {
  readonly #database: Database;
  readonly #refusals: RefusalReview;
  readonly #recent = new RecentSends(20_000);

  constructor(database: Database, refusals: RefusalReview) {
    this.#database = database;
    this.#refusals = refusals;
  }

  /**
   * Executes a batch in one statement: first the sends, then the changes of stored messages, each in stream order.
   * Sends whose predecessor is missing are refused with `retry_order`. Who is refused for a ban that is lifted is tried
   * again, in a second statement.
   * @throws the database's error; what was written then is met again as a duplicate
   */
  async execute(lease: HeldLease, commands: MessagesCommand[]): Promise<BatchOutcome> {
    const outcome: BatchOutcome = { changes: [], replies: [] };
    const groups = groupSends(await this.#inOrder(commands.filter(isSend).map(toLink), outcome));
    const changing = commands.filter((command) => !isSend(command));
    const refused = await this.#run(lease, groups, changing, outcome, true);
    if (refused.sends.length + refused.changes.length > 0) await this.#run(lease, refused.sends, refused.changes, outcome, false);
    return outcome;
  }

  /** @returns whoever is to be tried again, which the outcome then says nothing of */
  async #run(
    lease: HeldLease,
    groups: SendGroup[],
    changing: MessagesCommand[],
    outcome: BatchOutcome,
    reviewed: boolean,
  ): Promise<{ sends: SendGroup[]; changes: MessagesCommand[] }> {
    const sends = groups.map(({ send }) => send);
    const changes = changing.map((command) => storedChange(lease.partition, command));
    const rows = await append(this.#database.pool, lease, sends, changes);
    const placeOf = ({ idx }: AppendRow): Place => {
      const command = groups[idx - 1]?.commands[0] ?? (changing[idx - 1 - groups.length] as MessagesCommand);
      return { roomId: command.key, userId: command.actor.id };
    };
    const refused = reviewed ? rows.filter(({ status }) => status === 'forbidden') : [];
    const { again, later } = await this.#refusals.review(refused.map(placeOf));
    const retried: { sends: SendGroup[]; changes: MessagesCommand[] } = { sends: [], changes: [] };
    for (const row of rows.sort((a, b) => a.idx - b.idx)) {
      const group = groups[row.idx - 1];
      const changed = changing[row.idx - 1 - groups.length];
      const place = refused.includes(row) ? placeKey(placeOf(row)) : '';
      if (again.has(place)) {
        if (group) retried.sends.push(group);
        else if (changed) retried.changes.push(changed);
        continue;
      }
      if (later.has(place)) row.status = 'unavailable';
      if (group) this.#settleSend(group, row, outcome);
      else if (changed) settleChange(changed, row, outcome);
    }
    return retried;
  }

  /** Only where a predecessor is neither in the batch nor remembered, the database is asked: after a take-over, or a loss. */
  async #inOrder(links: SendLink[], outcome: BatchOutcome): Promise<SendLink[]> {
    let { inOrder, broken } = splitByChain(links, (link) => this.#recent.has(predecessor(link)));
    if (broken.length > 0) {
      for (const found of await findSends(this.#database.prisma, broken)) this.#recent.add(found);
      ({ inOrder, broken } = splitByChain(links, (link) => this.#recent.has(predecessor(link))));
      const error = new AppError('retry_order', 'the message before this one was lost: send it first').toRefusal();
      for (const { command } of broken) outcome.replies.push(...reply(command.replyTo, { error }));
    }
    return inOrder;
  }

  #settleSend({ send, commands }: SendGroup, row: AppendRow, outcome: BatchOutcome): void {
    const refusal = REFUSALS[row.status];
    if (refusal) {
      for (const { replyTo } of commands)
        outcome.replies.push(...reply(replyTo, { error: new AppError(...refusal).toRefusal() }));
      return;
    }
    this.#recent.add(send);
    const [first, ...others] = commands;
    if (!first) return;
    const change = row.status === 'created' ? createdChange(first, send, row) : repeatedChange(first, row);
    outcome.changes.push(change);
    for (const command of others) outcome.changes.push({ ...change, kind: 'repeated', extra: extra(command, true) });
  }
}

interface SendLink extends ChainLink {
  command: MessagesCommand;
}

/** Only of a link that has one. */
const predecessor = ({ roomId, senderId, prev = '' }: ChainLink): SendName => ({ roomId, senderId, clientId: prev });

const isSend = ({ type }: MessagesCommand) => type === 'message.send';

function toLink(command: MessagesCommand): SendLink {
  const { clientId, prev } = command.data as SendData;
  return { roomId: command.key, senderId: command.actor.id, clientId, prev, command };
}

function groupSends(links: SendLink[]): SendGroup[] {
  const groups: SendGroup[] = [];
  const known = new SendMap<SendGroup>();
  for (const { roomId, senderId, clientId, command } of links) {
    const group = known.get(roomId, senderId, clientId);
    if (group) {
      group.commands.push(command);
      continue;
    }
    const begun = { roomId, senderId, clientId, send: toSend(command, command.data as SendData), commands: [command] };
    groups.push(begun);
    known.add(begun);
  }
  return groups;
}

const toSend = ({ key, actor }: MessagesCommand, data: SendData): Send => ({
  roomId: key,
  senderId: actor.id,
  clientId: data.clientId,
  id: newUuid(),
  profileJson: stampJson(actor),
  text: data.text,
  replyTo: data.replyTo ?? 0,
  mentions: data.mentions,
});

function storedChange(partition: number, command: MessagesCommand): StoredChange {
  const { type, key, actor, data } = command;
  return {
    ...(data as object),
    type: type as StoredChange['type'],
    room: key,
    actor: actor.id,
    key: onceKey(partition, command).key,
  } as StoredChange;
}

function createdChange(command: MessagesCommand, send: Send, row: AppendRow): MessageChange {
  const { seq = 0, rev = 0, at_ms: at = 0 } = row as { seq: number; rev: number; at_ms: number };
  const json = newMessageJson({
    id: send.id,
    roomId: send.roomId,
    seq,
    rev,
    clientId: send.clientId,
    senderJson: send.profileJson,
    text: send.text,
    replyTo: send.replyTo || null,
    createdAtMs: at,
    mentions: send.mentions,
  });
  const told = extra(command, false, mentionedBy(send.mentions));
  const { roomId, senderId } = send;
  return { kind: 'created', roomId, type: 'message.created', rev, seq, senderId, json, extra: told };
}

function repeatedChange(command: MessagesCommand, row: AppendRow): MessageChange {
  const { message, ...change } = stored(command.key, row, 'message.created');
  return { ...change, kind: 'repeated', extra: extra(command, true, mentionedBy(message.mentions)) };
}

function settleChange(command: MessagesCommand, row: AppendRow, outcome: BatchOutcome): void {
  const refusal = REFUSALS[row.status];
  if (refusal) {
    outcome.replies.push(...reply(command.replyTo, { error: new AppError(...refusal).toRefusal() }));
    return;
  }
  const { message, ...change } = stored(command.key, row, 'message.updated');
  // Reactions mention nobody; an edit or a deletion concerns whom it mentions now, and whom it mentioned before.
  const before = row.before === null ? undefined : (JSON.parse(row.before) as Mentions);
  const mentioned = command.type === 'message.react' ? undefined : mentionedBy(message.mentions, before);
  outcome.changes.push({ ...change, kind: 'updated', extra: extra(command, false, mentioned) });
}

/** A stored message as an event of its present state, at least as far on as `least`. */
function stored(
  roomId: string,
  row: AppendRow,
  least: MessageEventType,
): Omit<MessageChange, 'kind' | 'extra'> & { message: Message } {
  const json = row.stored ?? '';
  const message = JSON.parse(json) as Message;
  const { rev, seq } = message;
  return { roomId, type: storedEventType(message, least), rev, seq, senderId: message.sender.id, json, message };
}

const extra = (
  { replyTo, traceparent }: MessagesCommand,
  duplicate: boolean,
  mentioned?: string | undefined,
): MessageChange['extra'] => ({
  gateway: replyTo?.gateway,
  ref: replyTo?.ref,
  traceparent,
  duplicate: duplicate ? '1' : undefined,
  mentioned,
});
