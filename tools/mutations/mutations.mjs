import { appendFunction, definition } from './append-function.mjs';

/*
 * Faults to plant, each against one guarantee, and the test that must notice. `find` stands exactly once in the file;
 * docs/reliability.md lists them by name.
 */
const messages = 'services/messages/test';
const fanout = 'services/gateway/src/fanout';
const append = appendFunction();
const appendNew = definition('append_new');

export const MUTATIONS = [
  {
    name: 'epoch check of messages',
    file: append,
    find: 'l.partition = p_partition AND l.owner = p_owner AND l.epoch = p_epoch FOR SHARE',
    replace: 'l.partition = p_partition FOR SHARE',
    project: 'messages',
    testFile: `${messages}/ownership.int.test.ts`,
    test: 'a former owner is refused by the database',
  },
  {
    name: 'epoch check of a message alone',
    file: 'services/messages/src/repositories/append.ts',
    find: 'owner = $2 AND epoch = $3::bigint FOR SHARE',
    replace: "$2 <> '' AND $3::bigint >= 0 FOR SHARE",
    project: 'messages',
    testFile: `${messages}/append.int.test.ts`,
    test: 'a message that comes alone is not stored under a lease that is lost',
  },
  {
    name: 'duplicate check of a message alone',
    file: 'services/messages/src/repositories/append.ts',
    find: ' AND m.client_id = $6::uuid)',
    replace: ' AND m.client_id = $6::uuid AND false)',
    project: 'messages',
    testFile: `${messages}/append.int.test.ts`,
    test: 'a message that comes alone and one among others get the same answer',
  },
  {
    name: 'epoch check of several messages',
    file: appendNew,
    find: 'AND l.owner = p_owner AND l.epoch = p_epoch FOR SHARE',
    replace: 'FOR SHARE',
    project: 'messages',
    testFile: `${messages}/append.int.test.ts`,
    test: 'several messages are not stored under a lease that is lost',
  },
  {
    name: 'check of bans of several messages',
    file: appendNew,
    find: 'b.user_id = a.author)',
    replace: 'b.user_id = a.author AND false)',
    project: 'messages',
    testFile: `${messages}/append.int.test.ts`,
    test: 'one that is refused or known already keeps no other of its batch from being stored, once',
  },
  {
    name: 'known messages among several',
    file: appendNew,
    find: '    ) i;\n',
    replace: '    ) i ON CONFLICT DO NOTHING;\n',
    project: 'messages',
    testFile: `${messages}/append.int.test.ts`,
    test: 'one that is refused or known already keeps no other of its batch from being stored, once',
  },
  {
    name: 'epoch check of rooms and users',
    file: 'libs/common/src/streams/lease.ts',
    find: '  if (rows.length === 0) throw new FencedError(lease);\n',
    replace: '',
    project: 'rooms',
    testFile: 'services/rooms/test/delivery.int.test.ts',
    test: 'a former owner is refused by the database',
  },
  {
    name: 'duplicate check',
    file: append,
    find: 'm.room_id = i.room AND m.sender_id = i.sender AND m.client_id = i.client\n',
    replace: 'm.room_id = i.room AND m.sender_id = i.sender AND m.client_id = i.client AND false\n',
    project: 'messages',
    testFile: `${messages}/pipeline.int.test.ts`,
    test: 'one client id at once and again later is one message',
  },
  {
    name: 're-read from 0-0',
    file: 'libs/common/src/streams/partition-loop.ts',
    find: "      this.#cursor = '0-0';\n",
    replace: '',
    project: 'messages',
    testFile: `${messages}/pipeline.int.test.ts`,
    test: 'a command that the database refuses is given up after five attempts, its neighbours are not',
  },
  {
    name: 'rev filter of the room',
    file: `${fanout}/room-line.ts`,
    find: '    if (rev <= this.#position) return [];\n',
    replace: '',
    project: 'gateway',
    testFile: `${fanout}/local-room.unit.test.ts`,
    test: 'whatever is lost, doubled or late: subscribers see rising revs and end with what the database has',
  },
  {
    name: 'rev filter of the subscription',
    file: `${fanout}/local-room.ts`,
    find: '        if (rev <= subscription.fromRev) continue;\n',
    replace: '',
    project: 'gateway',
    testFile: `${fanout}/local-room.unit.test.ts`,
    test: 'whatever is lost, doubled or late: subscribers see rising revs and end with what the database has',
  },
  {
    name: 'gap fetch',
    file: `${fanout}/room-healer.ts`,
    find: "    if (this.#stopped || this.#healing.has(room) || room.health === 'whole') return;\n",
    replace: '    if (room) return;\n',
    project: 'gateway',
    testFile: `${fanout}/room-registry.unit.test.ts`,
    test: 'a hole is filled from the database, with one question however many events show it',
  },
  {
    name: 'floorRev when a resume is read',
    file: 'libs/common/src/cache/scripts/read-recent.lua',
    find: 'if since < tonumber(meta[3]) then',
    replace: 'if false then',
    project: 'messages',
    testFile: `${messages}/recent-cache.int.test.ts`,
    test: 'an edit outside the cached 50 is never missed by a resume',
  },
  {
    name: 'floorRev raised by a change outside the list',
    file: 'libs/common/src/cache/scripts/publish-messages.lua',
    find: '    room.floor = math.max(room.floor, rev)\n',
    replace: '',
    project: 'messages',
    testFile: `${messages}/recent-cache.int.test.ts`,
    test: 'an edit outside the cached 50 is never missed by a resume',
  },
  {
    name: 'floorRev raised by LTRIM',
    file: 'libs/common/src/cache/scripts/publish-messages.lua',
    find: "      room.floor = math.max(room.floor, tonumber(string.match(item, '^%d+')))\n",
    replace: '',
    project: 'messages',
    testFile: `${messages}/recent-cache.int.test.ts`,
    test: 'an edited message that leaves the list raises the floor',
  },
  {
    name: 'head of a kept answer',
    file: `${fanout}/history-reader.ts`,
    find: '?.lastRev === kept.lastRev) return kept',
    replace: ') return kept',
    project: 'gateway',
    testFile: 'services/gateway/test/joins.int.test.ts',
    test: 'a message, then an edit of an older one: the next join has it',
  },
  {
    name: 'retry_order of the gateway',
    file: 'services/gateway/src/commands/send-order.ts',
    find: "      if (first.clientId !== clientId) throw new AppError('retry_order', `send ${first.clientId} first`);\n",
    replace: '',
    project: 'gateway',
    testFile: 'services/gateway/src/commands/send-order.unit.test.ts',
    test: 'after a refusal for now, later sends wait for the refused one',
  },
  {
    name: 'retry_order of the messages service',
    file: 'services/messages/src/domain/send-chain.ts',
    find: '      broken.push(send);\n      continue;\n',
    replace: '',
    project: 'messages',
    testFile: `${messages}/pipeline.int.test.ts`,
    test: 'a send does not overtake one that Redis lost',
  },
  {
    name: 'register, then check',
    file: `${fanout}/room-registry.ts`,
    find: `    const subscription = this.#register(room, subscriber, request.existing);
    try {
      room.memberCount = (await request.check()).memberCount;
`,
    replace: `    const { memberCount } = await request.check();
    const subscription = this.#register(room, subscriber, request.existing);
    try {
      room.memberCount = memberCount;
`,
    project: 'gateway',
    testFile: `${fanout}/room-registry.unit.test.ts`,
    test: 'a removal while rights are being checked cancels the subscription, though the check still said yes',
  },
];
