import { actorOf, may } from '@brook/common/contracts';
import type { GatewayContext } from '../context.js';
import { auditAdmin } from './audit-admin.js';
import { findMentions } from './find-mentions.js';
import { checkOptions, commandKey, type Requester } from './request.js';
import { type MessageAnswer, messageOf } from './send-message.js';

type Deps = Pick<GatewayContext, 'access' | 'bus'>;
interface Target {
  roomId: string;
  seq: number;
}

/** Edits an own message. @throws AppError `not_found`, `forbidden`, `conflict` (deleted), or what the command bus throws */
export async function editMessage(
  deps: Deps & Pick<GatewayContext, 'profiles'>,
  requester: Requester,
  { roomId, seq, text }: Target & { text: string },
): Promise<MessageAnswer> {
  const { access, bus } = deps;
  const { actor, trace } = requester;
  await access.check(actor.id, roomId, 'message.edit_own', checkOptions(requester));
  const idem = commandKey(requester, 'message.edit', roomId, seq);
  const data = { seq, text, mentions: (await findMentions(deps, requester, { roomId, text })) ?? null };
  return messageOf(await bus.execute('messages', { type: 'message.edit', key: roomId, actor, data, idem, trace }));
}

/**
 * Deletes an own message, or anybody's for those who may. The rooms service is asked about the role each time: a right
 * over others is never taken from a cache.
 * @throws AppError `not_found`, `forbidden`, or what the command bus throws
 */
export async function deleteMessage(
  { access, bus, users }: Deps & Pick<GatewayContext, 'users'>,
  requester: Requester,
  { roomId, seq }: Target,
): Promise<MessageAnswer> {
  const { actor, trace } = requester;
  const options = { ...checkOptions(requester), from: 'owner' } as const;
  const { room, role, banned } = await access.check(actor.id, roomId, 'message.delete_own', options);
  const moderator = may(actorOf({ admin: options.admin ?? false, banned, role }), 'message.delete_any', room.visibility);
  if (moderator) await auditAdmin({ users }, requester, { action: 'message.delete', roomId, detail: { seq } });
  const idem = commandKey(requester, 'message.delete', roomId, seq);
  return messageOf(
    await bus.execute('messages', { type: 'message.delete', key: roomId, actor, data: { seq, moderator }, idem, trace }),
  );
}

/** Adds or takes back a reaction; twice is as once. @throws AppError `not_found`, `forbidden`, `conflict`, or what the command bus throws */
export async function reactToMessage(
  { access, bus }: Deps,
  requester: Requester,
  { roomId, seq, emoji, on }: Target & { emoji: string; on: boolean },
): Promise<MessageAnswer> {
  const { actor, trace } = requester;
  await access.check(actor.id, roomId, 'message.react', checkOptions(requester));
  const idem = commandKey(requester, 'message.react', roomId, seq);
  return messageOf(
    await bus.execute('messages', { type: 'message.react', key: roomId, actor, data: { seq, emoji, on }, idem, trace }),
  );
}
