import pg from 'pg';
import type { Profile } from '@brook/common/contracts';

/**
 * Puts messages into an empty room behind the services' back, `line 1` to `line <count>`, two seconds apart, the last one now: as
 * many sends would take longer than all tests together. Their lengths differ, as those of real ones do.
 */
export async function fillRoom(databaseUrl: string, roomId: string, sender: Profile, count: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, options: '-c search_path=messages' });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO messages (room_id, seq, rev, id, client_id, sender_id, sender, text, created_at)
       SELECT $1, n, n, gen_random_uuid(), gen_random_uuid(), $2, $3,
         'line ' || n || repeat(E'\n' || 'and more of it', (n % 20)::int / 17), now() - ($4::int - n) * interval '2 seconds'
       FROM generate_series(1, $4::int) AS n`,
      [roomId, sender.id, sender, count],
    );
    await client.query(
      `INSERT INTO counters (room_id, last_seq, last_rev) VALUES ($1, $2, $2)
       ON CONFLICT (room_id) DO UPDATE SET last_seq = $2, last_rev = $2`,
      [roomId, count],
    );
  } finally {
    await client.end();
  }
}
