import type { RoomAccess } from '@brook/common/contracts';
import type { InternalClient } from '@brook/common/http';

/** Nobody: only the room is asked for. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/**
 * Asks the rooms service whether everybody may read a room.
 * @returns a question that rejects with AppError `not_found` where there is no such room, `unavailable` or `timeout`
 */
export const askVisibility =
  (rooms: Pick<InternalClient, 'request'>) =>
  async (roomId: string): Promise<boolean> => {
    const { room } = await rooms.request<RoomAccess>(`/rooms/${roomId}/access`, { query: { userId: NOBODY } });
    return room.visibility === 'public';
  };
