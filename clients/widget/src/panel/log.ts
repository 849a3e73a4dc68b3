import type { Message } from '@brook/common/contracts';
import type { Pending, View } from '../core/view';
import { h, withLinks } from './dom';
import type { Texts } from './texts';
import type { Times } from './times';

/** Messages of one person within this time share one name and one time, in milliseconds. */
const GROUP_MS = 5 * 60_000;

interface LogOptions {
  texts: Texts;
  times: Times;
  onOlder: () => void;
  onRetry: (clientId: string) => void;
}

/** Draws the messages of a view: a heading for each day, names and times once a group, and how far each own one has come. */
export function drawLog(log: HTMLElement, view: View, options: LogOptions): void {
  const { texts, times, onOlder, onRetry } = options;
  const nodes: HTMLElement[] = [];
  if (view.more) nodes.push(h('button', { type: 'button', class: 'older', onclick: onOlder }, texts.older));
  if (view.messages.length === 0 && view.pending.length === 0) nodes.push(greeting(view.greeting));
  const newestOwn =
    view.pending.length === 0 ? view.messages.findLast(({ sender }) => sender.id === view.userId)?.seq : undefined;
  view.messages.forEach((message, at) => {
    const before = view.messages[at - 1];
    const after = view.messages[at + 1];
    const day = times.day(message.createdAt);
    if (!before || times.day(before.createdAt) !== day) nodes.push(h('div', { class: 'day' }, day));
    const state = message.seq !== newestOwn ? '' : message.seq <= view.agentsRead ? texts.read : texts.sent;
    const first = !before || !grouped(before, message, times);
    const place = { first, last: !after || !grouped(message, after, times) || state !== '' };
    nodes.push(drawMessage(message, { ...place, state, mine: message.sender.id === view.userId }, options));
  });
  for (const pending of view.pending) nodes.push(drawPending(pending, texts, onRetry));
  log.replaceChildren(...nodes);
}

interface Place {
  mine: boolean;
  /** In its group. */
  first: boolean;
  last: boolean;
  /** How far one's newest message has come; empty for all others. */
  state: string;
}

function drawMessage(message: Message, { mine, first, last, state }: Place, { texts, times }: LogOptions): HTMLElement {
  const { sender, deletedAt, editedAt, createdAt, text } = message;
  const meta = [times.time(createdAt), editedAt ? texts.edited : '', state].filter(Boolean).join(' · ');
  return h(
    'div',
    { class: `m${mine ? ' mine' : ''}${first ? '' : ' next'}`, 'data-seq': String(message.seq) },
    first ? h('span', { class: mine ? 'sr' : 'who' }, mine ? texts.you : sender.displayName) : null,
    deletedAt ? h('div', { class: 'text gone' }, texts.deleted) : h('div', { class: 'text' }, ...withLinks(text)),
    last ? h('span', { class: 'meta' }, meta) : null,
  );
}

const greeting = (text: string): HTMLElement => h('div', { class: 'm' }, h('div', { class: 'text' }, text));

/** One group ends where a day ends, on the visitor's clock: its heading stands between them. */
const grouped = (before: Message, after: Message, times: Times): boolean =>
  before.sender.id === after.sender.id &&
  Date.parse(after.createdAt) - Date.parse(before.createdAt) < GROUP_MS &&
  times.day(before.createdAt) === times.day(after.createdAt);

function drawPending({ clientId, text, failed }: Pending, texts: Texts, onRetry: LogOptions['onRetry']): HTMLElement {
  const retry = () => h('button', { type: 'button', onclick: () => onRetry(clientId) }, texts.retry);
  return h(
    'div',
    { class: 'm mine', 'data-pending': true },
    h('div', { class: 'text' }, ...withLinks(text)),
    failed ? h('span', { class: 'meta' }, `${texts.failed} `, retry()) : h('span', { class: 'meta' }, texts.sending),
  );
}
