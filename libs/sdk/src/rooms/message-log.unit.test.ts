import { describe, expect, it } from '@jest/globals';
import type { Message } from '@brook/common/contracts';
import fc from 'fast-check';
import { MessageLog } from './message-log.js';

const message = (seq: number, rev: number, text = `${seq}@${rev}`): Message => ({
  id: String(seq),
  roomId: 'r',
  seq,
  rev,
  clientId: String(seq),
  sender: { id: 'u', username: 'u', displayName: 'u', avatarUrl: null },
  text,
  replyTo: null,
  createdAt: '',
  editedAt: null,
  deletedAt: null,
  reactions: [],
});

const snapshot = (messages: Message[], lastRev: number) =>
  ({ mode: 'snapshot', messages, lastSeq: messages.at(-1)?.seq ?? 0, lastRev }) as const;
const seqs = (log: MessageLog) => log.messages.map((m) => m.seq);

describe('MessageLog', () => {
  it('takes a snapshot as history, not as news', () => {
    const log = new MessageLog();
    expect(log.answered(snapshot([message(1, 1), message(2, 2)], 2)).added).toEqual([]);
    expect(log.since).toBe(2);
    expect(log.hasOlder).toBe(false);
  });

  it('announces a live message once, however often it arrives', () => {
    const log = new MessageLog();
    log.answered(snapshot([], 0));
    expect(log.changed(1, message(1, 1)).added).toHaveLength(1);
    expect(log.changed(1, message(1, 1))).toEqual({ added: [], changed: false });
  });

  it('keeps the cursor before a gap, and closes it with a resume', () => {
    const log = new MessageLog();
    log.answered(snapshot([message(1, 1)], 1));
    log.changed(3, message(3, 3));
    expect([log.since, log.hasGap]).toEqual([1, true]);
    const { added } = log.answered({ mode: 'resume', messages: [message(2, 2), message(3, 3)], lastSeq: 3, lastRev: 3 });
    expect(added.map((m) => m.seq)).toEqual([2]);
    expect([seqs(log), log.since, log.hasGap]).toEqual([[1, 2, 3], 3, false]);
  });

  it('announces after a snapshot only what is newer than all it held', () => {
    const log = new MessageLog();
    log.answered(snapshot([message(1, 1), message(2, 2)], 2));
    const { added } = log.answered(snapshot([message(2, 5), message(3, 6)], 6));
    expect(added.map((m) => m.seq)).toEqual([3]);
    expect(seqs(log)).toEqual([2, 3]);
  });

  it('voids its cursor with the era', () => {
    const log = new MessageLog();
    log.answered(snapshot([message(1, 1)], 1));
    log.voidCursor();
    expect(log.since).toBeNull();
    expect(log.changed(2, message(2, 2)).changed).toBe(false);
  });

  it('puts an older page in front, with an edit that arrived while the page was on its way', () => {
    const log = new MessageLog();
    log.answered(snapshot([message(5, 5)], 5));
    const wanted = log.olderWanted();
    if (!wanted) throw new Error('there are older messages');
    log.changed(6, message(3, 6, 'edited'));
    log.olderArrived(wanted, { items: [3, 4].map((n) => message(n, n)), lastSeq: 5, lastRev: 5 });
    expect(log.messages.map((m) => m.text)).toEqual(['edited', '4@4', '5@5']);
    expect(log.hasOlder).toBe(true);
  });

  it('drops a page that was asked for before a snapshot', () => {
    const log = new MessageLog();
    log.answered(snapshot([message(5, 5)], 5));
    const wanted = log.olderWanted();
    if (!wanted) throw new Error('there are older messages');
    log.answered(snapshot([message(9, 9)], 9));
    expect(log.olderArrived(wanted, { items: [message(4, 4)], lastSeq: 9, lastRev: 9 }).changed).toBe(false);
    expect(seqs(log)).toEqual([9]);
  });

  it('lets go of the oldest when very many have come', () => {
    const log = new MessageLog();
    log.answered(snapshot([], 0));
    for (let n = 1; n <= 2_001; n++) log.changed(n, message(n, n));
    expect([log.messages.length, log.messages[0]?.seq, log.hasOlder]).toEqual([1_000, 1_002, true]);
  });

  it('keeps the older ones that were asked for, however long the log is, while new ones come', () => {
    const log = new MessageLog();
    log.answered(snapshot([message(3_001, 3_001)], 3_001));
    while (log.hasOlder) {
      const wanted = log.olderWanted();
      if (!wanted) throw new Error('there are older messages');
      const items = Array.from({ length: 100 }, (_, n) => message(wanted.before - 100 + n, wanted.before - 100 + n));
      log.olderArrived(wanted, { items, lastSeq: 3_001, lastRev: 3_001 });
    }
    for (let n = 3_002; n <= 5_000; n++) log.changed(n, message(n, n));
    expect([log.messages[0]?.seq, log.messages.length]).toEqual([1, 5_000]);
    log.changed(5_001, message(5_001, 5_001));
    expect([log.messages.length, log.hasOlder]).toEqual([4_000, true]);
  });
});

/** One change of the model room: a new message, or an edit of the message at a place from 0 to 1. */
const changes = fc.array(fc.oneof(fc.constant(null), fc.double({ min: 0, max: 0.999, noNaN: true })), { maxLength: 60 });
/** What the network does with each change: delivers, loses, delivers twice, late, or cuts and resumes. */
const fates = fc.array(fc.constantFrom('ok', 'lost', 'twice', 'late', 'resume', 'snapshot', 'older'), { maxLength: 80 });

describe('MessageLog converges', () => {
  it('to the room, whatever is lost, doubled or swapped, once it has resumed', () => {
    fc.assert(
      fc.property(changes, fates, (script, network) => {
        const room: Message[] = [];
        let rev = 0;
        const log = new MessageLog();
        const announced: number[] = [];
        const note = (change: { added: Message[] }) => announced.push(...change.added.map((m) => m.seq));
        const take = (mode: 'resume' | 'snapshot') => {
          const since = mode === 'resume' ? log.since : null;
          const messages = since === null ? room.slice(-5) : room.filter((m) => m.rev > since).sort((a, b) => a.rev - b.rev);
          note(log.answered({ mode: since === null ? 'snapshot' : 'resume', messages, lastSeq: room.length, lastRev: rev }));
        };
        take('snapshot');
        let late: Message[] = [];
        script.forEach((place, step) => {
          const old = place === null ? undefined : room[Math.floor(place * room.length)];
          const seq = old?.seq ?? room.length + 1;
          const changed = message(seq, ++rev);
          room[seq - 1] = changed;
          const fate = network[step] ?? 'ok';
          if (fate === 'late') late.push(changed);
          else if (fate !== 'lost') note(log.changed(rev, changed));
          if (fate === 'twice') note(log.changed(rev, changed));
          if (fate === 'resume' || fate === 'snapshot') take(fate);
          if (fate === 'older') {
            const wanted = log.olderWanted();
            const items = room.slice(0, (wanted?.before ?? 1) - 1).slice(-3);
            for (const m of late) note(log.changed(m.rev, m));
            late = [];
            if (wanted) log.olderArrived(wanted, { items, lastSeq: room.length, lastRev: rev });
          }
        });
        for (const m of late) note(log.changed(m.rev, m));
        take('resume');
        expect(log.messages).toEqual(room.slice((log.messages[0]?.seq ?? 1) - 1));
        expect(log.hasGap).toBe(false);
        expect(log.since).toBe(rev);
        expect(new Set(announced).size).toBe(announced.length);
      }),
      { numRuns: 500 },
    );
  });
});
