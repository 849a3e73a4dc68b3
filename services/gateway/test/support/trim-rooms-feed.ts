import { trimFeed } from '@brook/common/streams';
import pg from 'pg';

/** Trims the feed of the rooms service as if everything in it were old. */
export async function trimRoomsFeed(databaseUrl: string, partitions: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, options: '-c search_path=rooms' });
  await client.connect();
  const sql = {
    $queryRawUnsafe: async <T>(query: string, ...values: unknown[]) => (await client.query(query, values)).rows as T,
    $executeRawUnsafe: async (query: string, ...values: unknown[]) => (await client.query(query, values)).rowCount ?? 0,
  };
  try {
    await trimFeed(sql, { partitions, before: new Date(Date.now() + 60_000) });
  } finally {
    await client.end();
  }
}
