import pg from 'pg';
import { copyIn } from './copy-in.js';
import { newHistogram, record } from './measure/histogram.js';
import type { Progress } from './progress.js';
import type { Measurement } from './scenario.js';
import type { BrookTarget } from './targets/brook.js';
import { timeValues } from './workload.js';

const ROOMS = 50;
const PEOPLE = 100;
const MESSAGES = 1_000_000;
const REQUESTS = 60;
const SPACING_MS = 3_000;
const NEWEST = Date.UTC(2026, 0, 1);
const ENGLISH =
  'the of to and in is you that for on are with they be at one this from word what some other were use your said each time way about many people write like long make thing look more day number sound over water first work part take place made live little round year good give'.split(
    ' ',
  );
const KOREAN =
  '오늘 회의 시간 학교 서울 부산 날씨 점심 저녁 커피 프로젝트 배포 오류 수정 확인 감사 안녕하세요 내일 어제 문서 검토 부탁드립니다 완료했습니다 서버 데이터베이스 사용자 메시지 검색 알림 버그 코드 일정 변경 공유 사진 파일 첨부 전화 연락 주세요 좋아요 아니요'.split(
    ' ',
  );

interface Page {
  items: { snippet: string; ranges: [number, number][] }[];
}

/** What is searched for, and how many are found at least in a full run: an index that lags or lies must not look quick. */
const CASES: { variant: string; query: (place: { roomId: string; person: string }) => string; least: number }[] = [
  { variant: 'search: a frequent word of two Korean letters', query: () => 'q=회의', least: 50 },
  { variant: 'search: two letters within words', query: () => 'q=세요', least: 50 },
  { variant: 'search: two letters that stand nowhere', query: () => 'q=국어', least: 0 },
  { variant: 'search: three words', query: () => 'q=people other write', least: 1 },
  { variant: 'search: the beginning of a word', query: () => 'q=wor', least: 50 },
  { variant: 'search: a word that 20 messages have', query: () => 'q=t2f0', least: 1 },
  { variant: 'search: in one room', query: ({ roomId }) => `q=배포&roomId=${roomId}`, least: 50 },
  { variant: 'search: from a person', query: ({ person }) => `q=배포&from=${person}`, least: 50 },
  { variant: 'search: between dates', query: () => 'q=배포&after=2025-12-20&before=2025-12-25', least: 50 },
];

/** Fills rooms with a million messages and their documents, and searches them through the whole system. */
export async function measureSearch(brook: BrookTarget, progress: Progress, quick: boolean): Promise<Measurement[]> {
  const count = quick ? MESSAGES / 20 : MESSAGES;
  const roomIds = (await brook.rooms(ROOMS)).map(String);
  const people = Array.from({ length: PEOPLE }, (_, i) => `0190b000-0000-7000-8000-${i.toString(16).padStart(12, '0')}`);
  progress.step(`${count} messages and what they are found by are copied in`);
  await seed(brook, roomIds, people, count);
  const found: Measurement[] = [];
  for (const { variant, query, least } of CASES) {
    progress.step(variant);
    const times = newHistogram();
    for (let i = 0; i < REQUESTS; i++) {
      const place = { roomId: roomIds[i % 3] as string, person: people[i % PEOPLE] as string };
      const begun = performance.now();
      const { items } = await brook.rest.call<Page>('GET', `/search/messages?${encodeURI(query(place))}`, { token: brook.owner });
      record(times, (performance.now() - begun) * 1000);
      if (!quick && items.length < least) throw new Error(`${variant}: ${items.length} found, ${least} expected`);
    }
    found.push({ target: 'brook', variant, values: timeValues('page', times) });
  }
  return found;
}

interface Row {
  roomId: string;
  seq: number;
  tail: string;
  sender: string;
  at: string;
  text: string;
}

async function seed({ brook }: BrookTarget, roomIds: string[], people: string[], count: number): Promise<void> {
  const client = new pg.Client({ connectionString: brook.facts.databaseUrl, options: '-c search_path=messages' });
  await client.connect();
  const rows = () => corpus(roomIds, people, count);
  await copyIn(client, 'messages (room_id, seq, rev, id, client_id, sender_id, sender, text, created_at)', messages(rows()));
  await copyIn(client, 'search_documents (room_id, seq, rev, sender_id, created_at, lexemes)', documents(rows()));
  await client.query(
    `INSERT INTO counters (room_id, last_seq, last_rev) SELECT room_id, max(seq), max(seq) FROM search_documents GROUP BY 1
     ON CONFLICT (room_id) DO UPDATE SET last_seq = EXCLUDED.last_seq, last_rev = EXCLUDED.last_rev`,
  );
  await client.query(
    'INSERT INTO search_rooms (room_id, public, rev) SELECT room_id, true, max(seq) FROM search_documents GROUP BY 1',
  );
  await client.query('VACUUM ANALYZE search_documents');
  await client.end();
}

/** The same rows each time: frequent and rare words, half of them Korean, in the order of time over all rooms. */
function* corpus(roomIds: string[], people: string[], count: number): Generator<Row> {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const last = roomIds.map(() => 0);
  for (let i = 0; i < count; i++) {
    const room = Math.floor(roomIds.length * random() ** 2);
    const words = random() < 0.5 ? KOREAN : ENGLISH;
    const said = Array.from({ length: 3 + Math.floor(random() * 10) }, () => words[Math.floor(words.length * random() ** 2)]);
    if (random() < 0.5) said.push(`t${Math.floor(random() * 25_000).toString(16)}`);
    const seq = (last[room] = (last[room] ?? 0) + 1);
    yield {
      roomId: roomIds[room] as string,
      seq,
      tail: i.toString(16).padStart(12, '0'),
      sender: people[Math.floor(people.length * random())] as string,
      at: new Date(NEWEST - (count - i) * SPACING_MS).toISOString(),
      text: said.join(' '),
    };
  }
}

function* messages(rows: Generator<Row>): Generator<string> {
  for (const { roomId, seq, tail, sender, at, text } of rows) {
    const profile = `{"id":"${sender}","username":"writer","displayName":"Writer","avatarUrl":null}`;
    yield `${roomId}\t${seq}\t${seq}\t0190c000-0000-7000-8000-${tail}\t0190c000-0000-7000-9000-${tail}\t${sender}\t${profile}\t${text}\t${at}\n`;
  }
}

/** As the messages service makes them; see its `search-text.ts`. */
function* documents(rows: Generator<Row>): Generator<string> {
  const short = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
  for (const { roomId, seq, sender, at, text } of rows) {
    const words = text.split(' ').flatMap((word) => (/^[ -~]+$/.test(word) ? [word] : pairsOf(word)));
    const lexemes = new Set([...words, `:r${short(roomId)}`, `:s${short(sender)}`, ':p']);
    yield `${roomId}\t${seq}\t${seq}\t${sender}\t${at}\t${[...lexemes].map((lexeme) => `'${lexeme}'`).join(' ')}\n`;
  }
}

const pairsOf = (word: string): string[] => Array.from(word, (_, i) => word.slice(i, i + 2));
