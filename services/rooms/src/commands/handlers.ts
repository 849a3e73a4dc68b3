import type { RoomsChanges } from '@brook/common/contracts';
import type { CommandHandlers } from '@brook/common/streams';
import type { Profiles } from '../profiles.js';
import type { Db } from '../repositories/prisma.js';
import { blockVisitor } from './block-visitor.js';
import { createRoom } from './create-room.js';
import { deleteBan } from './delete-ban.js';
import { deleteRoom } from './delete-room.js';
import { joinRoom } from './join-room.js';
import { leaveRoom } from './leave-room.js';
import { openConversation } from './open-conversation.js';
import { putBan } from './put-ban.js';
import { putMember } from './put-member.js';
import { readRoom } from './read-room.js';
import { removeMember } from './remove-member.js';
import { setConversationState } from './set-conversation-state.js';
import { unblockVisitor } from './unblock-visitor.js';
import { updateRoom } from './update-room.js';
import { updateWidget } from './update-widget.js';

/** Who handles which command; the compiler misses a command without a handler. */
export const createHandlers = (profiles: Profiles): CommandHandlers<'rooms', Db, RoomsChanges> => ({
  'room.create': createRoom,
  'room.update': updateRoom,
  'room.delete': deleteRoom,
  'room.read': readRoom,
  'member.join': joinRoom,
  'member.leave': (context) => leaveRoom(context, profiles),
  'member.put': (context, data) => putMember(context, data, profiles),
  'member.remove': (context, data) => removeMember(context, data, profiles),
  'ban.put': putBan,
  'ban.delete': deleteBan,
  'conversation.open': openConversation,
  'conversation.set_state': setConversationState,
  'visitor.block': (context, data) => blockVisitor(context, data, profiles),
  'visitor.unblock': (context, data) => unblockVisitor(context, data, profiles),
  'widget.update': updateWidget,
});
