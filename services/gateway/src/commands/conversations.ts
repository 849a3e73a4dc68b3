import type {
  AuditAction,
  CommandData,
  CommandType,
  OwnConversation,
  Room,
  StoredConversation,
  WidgetSettings,
} from '@brook/common/contracts';
import { WIDGET_KEY } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { GatewayContext } from '../context.js';
import { bodyOf } from './command-bus.js';
import { checkOptions, commandKey, type Requester } from './request.js';
import { newRoomId } from './room-id.js';
import { type MessageAnswer, sendMessage } from './send-message.js';

type Deps = Pick<GatewayContext, 'access' | 'bus' | 'heads' | 'partitions' | 'profiles' | 'rooms' | 'sendLimits' | 'users'>;

/** A visitor's message to the agents. */
export interface SupportMessage {
  clientId: string;
  text: string;
  /** Address of the page it was written on. */
  page: string | null;
}

/** Where it went. `created`: it began the conversation. */
export interface SupportAnswer {
  room: Room;
  answer: MessageAnswer;
  created: boolean;
}

/**
 * Sends a message into the actor's one conversation, which is made where there is none. It opens a closed one again.
 * @throws AppError `forbidden` for a blocked visitor, `not_found` when what this clientId made was deleted, `rate_limited`,
 * or what the command bus throws
 */
export async function writeToSupport(deps: Deps, requester: Requester, message: SupportMessage): Promise<SupportAnswer> {
  const { actor } = requester;
  const { roomId, created } = await openConversation(deps, requester, message);
  const { clientId, text } = message;
  const answer = await sendMessage(deps, requester, { roomId, clientId, text, replyTo: null });
  const { room } = await deps.access.check(actor.id, roomId, 'room.read', checkOptions(requester));
  const lastSeq = Math.max(room.lastSeq, await deps.heads.lastSeq(roomId, requester.trace));
  return { room: { ...room, lastSeq }, answer, created: created && !answer.duplicate };
}

/** Who wrote at once twice meets one owner, which makes one room. */
async function openConversation(
  { rooms, bus, partitions }: Deps,
  requester: Requester,
  { clientId, page }: SupportMessage,
): Promise<{ roomId: string; created: boolean }> {
  const { actor, trace } = requester;
  const path = `/users/${actor.id}/conversation`;
  const { conversation } = await rooms.request<{ conversation: OwnConversation | null }>(path, { trace });
  if (conversation?.block) throw new AppError('forbidden', 'you may not write here at present');
  const key = conversation?.room.id ?? newRoomId(actor.id, partitions);
  const idem = commandKey({ ...requester, idempotencyKey: clientId }, 'conversation.open');
  const answer = await bus.execute('rooms', { type: 'conversation.open', key, actor, data: { page }, idem, trace });
  return bodyOf(answer);
}

/** An agent closes a conversation, or opens it. @throws AppError `not_found`, or what the command bus throws */
export async function setConversationState(
  deps: Deps,
  requester: Requester,
  { room, state }: { room: Room; state: 'open' | 'closed' },
): Promise<void> {
  const lastSeq = await deps.heads.lastSeq(room.id, requester.trace);
  const action = state === 'closed' ? 'conversation.closed' : 'conversation.reopened';
  await act(deps, requester, { type: 'conversation.set_state', room, data: { state, lastSeq }, action });
}

/** An agent keeps a conversation's visitor from writing. @throws AppError `not_found`, `validation_failed`, or what the command bus throws */
export async function blockVisitor(
  deps: Deps,
  requester: Requester,
  { room, visitorId, until }: { room: Room; visitorId: string; until: string | null },
): Promise<void> {
  const detail = { userId: visitorId, until };
  await act(deps, requester, { type: 'visitor.block', room, data: { until }, action: 'visitor.blocked', detail });
}

/** An agent lets a conversation's visitor write again. @throws AppError `not_found`, or what the command bus throws */
export async function unblockVisitor(
  deps: Deps,
  requester: Requester,
  { room, visitorId }: { room: Room; visitorId: string },
): Promise<void> {
  const detail = { userId: visitorId };
  await act(deps, requester, { type: 'visitor.unblock', room, data: { expired: false }, action: 'visitor.unblocked', detail });
}

/** Replaces the widget's settings. @throws what the command bus throws, or the audit log */
export async function updateWidget(deps: Deps, requester: Requester, settings: WidgetSettings): Promise<WidgetSettings> {
  const { actor, trace } = requester;
  await audit(deps, requester, { action: 'widget.updated', detail: { sites: settings.sites } });
  const idem = commandKey(requester, 'widget.update', WIDGET_KEY);
  const request = { type: 'widget.update', key: WIDGET_KEY, actor, data: settings, idem, trace } as const;
  return bodyOf<{ settings: WidgetSettings }>(await deps.bus.execute('rooms', request)).settings;
}

/** The conversation of a room. @throws AppError `not_found` */
export async function readConversation(
  { rooms }: Pick<Deps, 'rooms'>,
  roomId: string,
  trace?: string,
): Promise<StoredConversation> {
  const path = `/conversations/${roomId}`;
  return (await rooms.request<{ conversation: StoredConversation }>(path, { trace })).conversation;
}

interface Act<T extends CommandType<'rooms'>> {
  type: T;
  room: Room;
  data: CommandData<'rooms', T>;
  action: AuditAction;
  detail?: Record<string, unknown>;
}

async function act<T extends CommandType<'rooms'>>(deps: Deps, requester: Requester, request: Act<T>): Promise<void> {
  const { type, room, data, action, detail = {} } = request;
  const { actor, trace } = requester;
  await audit(deps, requester, { action, detail, room });
  const idem = commandKey(requester, type, room.id);
  await deps.bus.execute('rooms', { type, key: room.id, actor, data, idem, trace });
}

/** Written before it is done: what could not be recorded does not happen. */
async function audit(
  { users }: Deps,
  { actor, ip = '', trace }: Requester,
  { action, detail, room }: { action: AuditAction; detail: Record<string, unknown>; room?: Room },
): Promise<void> {
  const by = { id: actor.id, username: actor.username, ip };
  const target = room === undefined ? null : { kind: 'room', id: room.id, name: room.name };
  await users.request('/audit', { method: 'POST', body: { by, action, target, detail }, trace });
}
