import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Action, type Actor, may, RIGHTS, type Room } from '@brook/common/contracts';
import { ATTEMPTS, type Outcome } from './support/matrix-attempts.js';
import { type Cast, castOf, makeRoom, type MatrixRoom } from './support/matrix-room.js';
import { Rest } from './support/rest.js';
import { type Stack, startStack } from './support/stack.js';

/*
 * Every cell of the rights table (action x actor x visibility), by every path of REST and socket, through the real
 * system: allowed exactly where the table says so, and refused with the code that the protocol names.
 */
const ACTORS: readonly Actor[] = ['admin', 'owner', 'moderator', 'member', 'stranger', 'banned'];
const VISIBILITIES: readonly Room['visibility'][] = ['public', 'private'];
const ACTIONS = Object.keys(RIGHTS) as Action[];
const ADMIN = { username: 'root', password: 'correct horse battery' };

let stack: Stack;
let rest: Rest;
let cast: Cast;
const shared = {} as Record<Room['visibility'], MatrixRoom>;
let cells = 0;

beforeAll(async () => {
  stack = await startStack({ env: { ADMIN_USERNAME: ADMIN.username, ADMIN_PASSWORD: ADMIN.password } });
  rest = new Rest(stack.url);
  cast = await castOf(stack.url, ADMIN);
  for (const visibility of VISIBILITIES) shared[visibility] = await makeRoom(rest, cast, visibility);
}, 90_000);
afterAll(async () => {
  await Promise.all(Object.values(cast ?? {}).map(({ socket }) => socket.leave()));
  await stack?.stop();
}, 30_000);

/** What the table and the protocol say: a room that does not concern somebody is not there. */
function expected(actor: Actor, action: Action, visibility: Room['visibility']): Outcome {
  if (may(actor, action, visibility)) return 'allow';
  return actor === 'banned' || may(actor, 'room.read', visibility) ? 'forbidden' : 'not_found';
}

describe.each(VISIBILITIES)('%s room', (visibility) => {
  test.each(ACTIONS)('%s', async (action) => {
    const { fresh, paths } = ATTEMPTS[action];
    const table = Object.keys(paths).flatMap((path) => ACTORS.map((actor) => ({ path, actor })));
    const outcomes = await Promise.all(
      table.map(async ({ path, actor }) => {
        const room = fresh ? await makeRoom(rest, cast, visibility) : shared[visibility];
        const outcome = await paths[path]?.({ rest, cast, room, actor, who: cast[actor] });
        return [`${path}: ${actor}`, outcome] as const;
      }),
    );
    cells += outcomes.length;
    expect(Object.fromEntries(outcomes)).toEqual(
      Object.fromEntries(table.map(({ path, actor }) => [`${path}: ${actor}`, expected(actor, action, visibility)])),
    );
  });
});

test('no cell was left out', () => {
  const paths = ACTIONS.reduce((sum, action) => sum + Object.keys(ATTEMPTS[action].paths).length, 0);
  expect(cells).toBe(paths * ACTORS.length * VISIBILITIES.length);
  const named = ACTIONS.flatMap((action) => VISIBILITIES.flatMap((visibility): readonly Actor[] => RIGHTS[action][visibility]));
  for (const actor of named) expect(ACTORS).toContain(actor);
});
