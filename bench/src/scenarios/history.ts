import pg from 'pg';
import { newHistogram, record } from '../measure/histogram.js';
import { copyIn } from '../copy-in.js';
import type { Measurement, Scenario, ScenarioContext } from '../scenario.js';
import { measureSearch } from '../search.js';
import { type BrookTarget, startBrook } from '../targets/brook.js';
import { timeColumns, timeValues } from '../workload.js';

const ROOMS = 100;
const MESSAGES = 10_000_000;
const REQUESTS = 400;
const COLUMNS = 'room_id, seq, rev, id, client_id, sender_id, sender, text, created_at';
const SENDER_ID = '0190a000-0000-7000-8000-000000000001';
const SENDER = `{"id":"${SENDER_ID}","username":"writer","displayName":"Writer","avatarUrl":null}`;
const WORDS = 'river stone window paper signal market garden winter letter mirror harbour candle'.split(' ');

export const scenario: Scenario = {
  title: 'History and search',
  description: `${MESSAGES.toLocaleString('en-GB')} messages in ${ROOMS} rooms, seeded by COPY; ${REQUESTS} pages of 50 each, one after another through the whole system, at random places of random rooms. Then a million messages more and what they are found by; searches of 50 over all rooms but where told, one after another.`,
  columns: timeColumns('page', 'request'),
  async run({ progress, quick }: ScenarioContext) {
    progress.step('Brook starts');
    const brook = await startBrook();
    try {
      const roomIds = await brook.rooms(ROOMS);
      const perRoom = (quick ? MESSAGES / 100 : MESSAGES) / ROOMS;
      await seed(brook, roomIds, perRoom, (room) => progress.step(`seeded ${room} of ${ROOMS} rooms`));
      progress.step('pages are read');
      const [token = ''] = await brook.people([undefined]);
      const page = (query: (seq: number) => string) => measurePages(brook, token as string, roomIds, perRoom, query);
      return [
        { ...(await page(() => '')), variant: 'newest' },
        { ...(await page((seq) => `?before=${seq}`)), variant: 'before a message' },
        { ...(await page((seq) => `?around=${seq}`)), variant: 'around a message' },
        { ...(await page((seq) => `?at=${timeOf(seq)}`)), variant: 'at a time' },
        ...(await measureSearch(brook, progress, quick)),
      ];
    } finally {
      await brook.stop();
    }
  },
};

/** Fills the rooms behind the service's back, as a restore does: numbers dense, counters to match. */
async function seed({ brook }: BrookTarget, roomIds: string[], perRoom: number, told: (rooms: number) => void): Promise<void> {
  const client = new pg.Client({ connectionString: brook.facts.databaseUrl, options: '-c search_path=messages' });
  await client.connect();
  for (const [room, roomId] of roomIds.entries()) {
    await copyIn(client, `messages (${COLUMNS})`, lines(room, roomId, perRoom));
    await client.query(
      `INSERT INTO counters (room_id, last_seq, last_rev) VALUES ($1, $2, $2)
       ON CONFLICT (room_id) DO UPDATE SET last_seq = $2, last_rev = $2`,
      [roomId, perRoom],
    );
    told(room + 1);
  }
  await client.query('ANALYZE messages');
  await client.end();
}

/** Three seconds from message to message. */
const timeOf = (seq: number): string => new Date(Date.UTC(2025, 0, 1) + seq * 3_000).toISOString();

function* lines(room: number, roomId: string, count: number): Generator<string> {
  for (let seq = 1; seq <= count; seq++) {
    const tail = `${room.toString(16).padStart(4, '0')}${seq.toString(16).padStart(8, '0')}`;
    const at = timeOf(seq);
    const text = Array.from({ length: 12 }, (_, i) => WORDS[(seq * (i + 3) + room) % WORDS.length]).join(' ');
    yield `${roomId}\t${seq}\t${seq}\t0190a000-0000-7000-8000-${tail}\t0190a000-0000-7000-9000-${tail}\t${SENDER_ID}\t${SENDER}\t${text} ${seq}\t${at}\n`;
  }
}

async function measurePages(
  { rest }: BrookTarget,
  token: string,
  roomIds: string[],
  perRoom: number,
  query: (seq: number) => string,
): Promise<Omit<Measurement, 'variant'>> {
  const times = newHistogram();
  for (let i = 0; i < REQUESTS; i++) {
    const roomId = roomIds[Math.floor(Math.random() * roomIds.length)] as string;
    const begun = performance.now();
    await rest.call('GET', `/rooms/${roomId}/messages${query(1 + Math.floor(Math.random() * perRoom))}`, { token });
    record(times, (performance.now() - begun) * 1000);
  }
  return { target: 'brook', values: timeValues('page', times) };
}
