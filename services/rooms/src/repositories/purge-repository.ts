import type { PrismaClient } from '../generated/prisma/client.js';

/** Rows of one statement, so that none runs long. */
const CHUNK = 5_000;
const ROOMS_MAX = 100;
/** Whoever read or published when the room was deleted is done by then: no statement runs longer than 5 s. */
const SETTLE_SECONDS = 10;

/** What a deleted room leaves in the feed and in the stored results of commands. */
export class PurgeRepository {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  /** Rooms that were deleted some seconds ago and are not purged yet, the oldest first. */
  async due(): Promise<string[]> {
    const rows = await this.#prisma.$queryRaw<{ key: string }[]>`
      SELECT key FROM changes WHERE type = 'room.deleted' AND NOT data ? 'purged'
        AND created_at < now() - make_interval(secs => ${SETTLE_SECONDS}::int)
      ORDER BY created_at LIMIT ${ROOMS_MAX}::int`;
    return rows.map(({ key }) => key);
  }

  /**
   * Removes the room's changes, but for the one that tells of its deletion, and the results of its commands. Who asks for
   * the creation again under its key must not get another room by that: that result stays, empty. Safe to repeat.
   */
  async purge(roomId: string): Promise<void> {
    let removed: number;
    do {
      removed = await this.#prisma.$executeRaw`
        DELETE FROM changes WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM changes WHERE key = ${roomId} AND type <> 'room.deleted' LIMIT ${CHUNK}::int))`;
    } while (removed === CHUNK);
    await this.#prisma.$executeRaw`DELETE FROM command_results WHERE split_part(key, ' ', 2) = ${roomId}`;
    await this.#prisma.$executeRaw`
      UPDATE command_results SET result = 'null' WHERE result->'changes'->0->>'key' = ${roomId}`;
  }

  /** Leaves of the room only its tombstone: the change that tells of its deletion, without name and topic. */
  async markPurged(roomId: string): Promise<void> {
    await this.#prisma.$executeRaw`
      UPDATE changes SET data = data || '{"purged": true}' ||
        jsonb_build_object('room', data->'room' || '{"name": "", "topic": ""}')
      WHERE key = ${roomId} AND type = 'room.deleted'`;
  }

  /**
   * Whether nothing of a deleted room is left here but its tombstone, looked up in every table. Null: it was not deleted.
   */
  async isPurged(roomId: string): Promise<boolean | null> {
    const rows = await this.#prisma.$queryRaw<{ deleted: boolean; purged: boolean }[]>`
      SELECT EXISTS (SELECT 1 FROM changes WHERE key = ${roomId} AND type = 'room.deleted') AS deleted,
        EXISTS (SELECT 1 FROM changes WHERE key = ${roomId} AND type = 'room.deleted' AND data ? 'purged')
        AND NOT EXISTS (SELECT 1 FROM changes WHERE key = ${roomId} AND type <> 'room.deleted')
        AND NOT EXISTS (SELECT 1 FROM rooms WHERE id = ${roomId}::uuid)
        AND NOT EXISTS (SELECT 1 FROM members WHERE room_id = ${roomId}::uuid)
        AND NOT EXISTS (SELECT 1 FROM bans WHERE room_id = ${roomId}::uuid)
        AND NOT EXISTS (SELECT 1 FROM heads WHERE room_id = ${roomId}::uuid)
        AND NOT EXISTS (SELECT 1 FROM conversations WHERE room_id = ${roomId}::uuid)
        AND NOT EXISTS (SELECT 1 FROM command_results WHERE split_part(key, ' ', 2) = ${roomId}) AS purged`;
    return rows[0]?.deleted === true ? rows[0].purged : null;
  }
}
