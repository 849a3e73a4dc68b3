import { appendFunction } from './append-function.mjs';

/*
 * The same guards as in mutations.mjs, taken out of a whole system under load: two replicas of each service, real servers, and
 * a fault of e2e/faults. What a unit or integration test notices in a second must show there too.
 */
const MIGRATION = appendFunction();
const LOOP = 'libs/common/src/streams/partition-loop.ts';
const FANOUT = 'services/gateway/src/fanout';
const FAULTS = 'e2e/faults';

/** The test's name lists what it does, and grows. */
const CONVERGES = 'losses of the cache and resumes: every client converges';

const OWNER_KILLED = {
  testFile: `${FAULTS}/processes.e2e.test.ts`,
  test: 'of the messages owner, between commit and publication and around them',
};
const CONVERGENCE = {
  testFile: `${FAULTS}/convergence.e2e.test.ts`,
  test: CONVERGES,
};

export const FAULT_MUTATIONS = [
  {
    name: 'epoch check, under load',
    changes: [{ file: MIGRATION, find: 'AND l.owner = p_owner AND l.epoch = p_epoch FOR SHARE', replace: 'FOR SHARE' }],
    testFile: `${FAULTS}/processes.e2e.test.ts`,
    test: 'between its read and its write: refused by the database when it wakes up',
  },
  {
    name: 'duplicate check, under load',
    changes: [
      {
        file: MIGRATION,
        find: 'm.room_id = i.room AND m.sender_id = i.sender AND m.client_id = i.client\n',
        replace: 'm.room_id = i.room AND m.sender_id = i.sender AND m.client_id = i.client AND false\n',
      },
    ],
    ...OWNER_KILLED,
  },
  {
    name: 're-read from 0-0, under load',
    changes: [
      { file: LOOP, find: "#cursor = '0-0';\n  /**", replace: "#cursor = '$';\n  /**" },
      { file: LOOP, find: "      this.#cursor = '0-0';\n", replace: '' },
    ],
    ...OWNER_KILLED,
  },
  {
    name: 'rev filter, under load',
    changes: [
      {
        file: `${FANOUT}/room-registry.ts`,
        find: '!room || (room.position !== undefined && rev <= room.position)',
        replace: '!room',
      },
      {
        file: `${FANOUT}/room-line.ts`,
        find: '    if (rev <= this.#position) return [];\n    if (rev > this',
        replace: '    if (rev > this',
      },
      {
        file: `${FANOUT}/local-room.ts`,
        find: '        if (rev <= subscription.fromRev) continue;\n        subscription.subscriber',
        replace: '        subscription.subscriber',
      },
    ],
    ...OWNER_KILLED,
  },
  {
    name: 'gap fetch, under load',
    changes: [
      {
        file: `${FANOUT}/room-healer.ts`,
        find: 'if (this.#stopped || this.#healing.has(room)',
        replace: 'if (this.#healing.size >= 0 || this.#healing.has(room)',
      },
    ],
    ...CONVERGENCE,
  },
  {
    name: 'floorRev, under load',
    changes: [
      {
        file: 'libs/common/src/cache/scripts/read-recent.lua',
        find: 'if since < tonumber(meta[3]) then',
        replace: 'if since < 0 then',
      },
    ],
    ...CONVERGENCE,
  },
  {
    name: 'retry_order, under load',
    changes: [
      {
        file: 'services/gateway/src/commands/send-order.ts',
        find: 'if (first.clientId !== clientId) throw',
        replace: 'if (false as boolean) throw',
      },
    ],
    testFile: `${FAULTS}/order.e2e.test.ts`,
    test: 'one refused send amid a pipelined dozen: what follows it waits for it',
  },
].map((mutation) => ({ ...mutation, project: 'e2e', limitMs: 300_000 }));
