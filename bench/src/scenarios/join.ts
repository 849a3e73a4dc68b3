import { setTimeout as delay } from 'node:timers/promises';
import type { DialectName } from '../load/dialect.js';
import type { Fleet } from '../load/fleet.js';
import { total } from '../measure/processes.js';
import type { Measurement, Scenario, ScenarioContext } from '../scenario.js';
import type { Target } from '../targets/target.js';
import { crowd, onTarget, perUnit, timeColumns, timeValues } from '../workload.js';

const ROOMS = 100;
const PER_ROOM = 20;
/** Joins of a room that are not measured: code that has run a hundred times is not yet what a server runs for weeks. */
const WARM_UP = 10;
/** More than a join shows. */
const SEEDED = 60;
const AT_ONCE = 20;
/** Messages a second while people join, over the rooms of the last part. */
const FLOW = 200;
const FLOW_ROOMS = 20;
const FLOW_JOINS = 10;
const SETTLE_MS = 2_000;

export const scenario: Scenario = {
  title: 'Join',
  description: `Connecting, signing in and joining a room with its newest 50 messages, ${AT_ONCE} at a time; ${ROOMS} rooms with ${SEEDED} messages each. Brook's clients say hello and what room they want at once, as its SDK does. Cold: no history is cached. The faults are those of ${FLOW_ROOMS * FLOW_JOINS} joins while ${FLOW} messages/s flow: where history and live messages meet, nothing may be missing or come twice.`,
  byDefault: 4,
  columns: [{ key: 'cpu', title: 'CPU us a join', digits: 0 }, ...timeColumns('join', 'join')],
  run: async (context) => {
    const measured: Measurement[] = [];
    // The bare broadcast has no history: there is nothing to compare.
    for (const name of context.targets) if (name !== 'ws') measured.push(...(await measure(name, context)));
    return measured;
  },
};

function measure(name: DialectName, { progress, quick }: ScenarioContext): Promise<Measurement[]> {
  return onTarget(name, { progress, processes: 1 }, async (target, fleet) => {
    const rooms = quick ? ROOMS / 4 : ROOMS;
    progress.step(`${name}: ${rooms} rooms are filled`);
    const seeders = await crowd(target, { rooms, perRoom: 1, senders: 1 });
    await fleet.open(seeders);
    await fleet.burst(SEEDED, 8);
    await fleet.forget();
    const roomIds = seeders.map(({ roomId }) => roomId);
    const measured: Measurement[] = [];
    await joins(target, fleet, roomIds, WARM_UP);
    progress.step(`${name}: warm joins`);
    measured.push({ target: name, variant: 'warm', ...(await joins(target, fleet, roomIds, PER_ROOM)) });
    if (name === 'brook') {
      progress.step(`${name}: cold joins`);
      await target.chill();
      measured.push({ target: name, variant: 'cold', ...(await joins(target, fleet, roomIds, 1)) });
    }
    progress.step(`${name}: joins while messages flow`);
    const faults = await joinsInFlow(target, fleet, roomIds.slice(0, FLOW_ROOMS));
    return measured.map((one, i) => (i === 0 ? { ...one, faults } : one));
  });
}

const portOf = (target: Target, i: number) => target.ports[i % target.ports.length] as number;

async function joins(
  target: Target,
  fleet: Fleet,
  roomIds: string[],
  perRoom: number,
): Promise<Omit<Measurement, 'target' | 'variant'>> {
  const wanted = Array.from({ length: perRoom }, () => roomIds).flat();
  const tokens = await target.people(wanted);
  const specs = wanted.map((roomId, i) => {
    const token = tokens[i];
    const place = { room: i % roomIds.length, roomId, port: portOf(target, i), sender: -1, timed: false };
    return { ...place, ...(token === undefined ? {} : { token }) };
  });
  // What making people left behind is not to be charged to their joins.
  await delay(SETTLE_MS);
  await fleet.span();
  const { times, failures } = await fleet.open(specs, AT_ONCE);
  const { cpu } = await fleet.span();
  await fleet.forget();
  const parts = perUnit(cpu, specs.length);
  return { values: { cpu: total(parts), ...timeValues('join', times) }, parts, failures };
}

async function joinsInFlow(target: Target, fleet: Fleet, roomIds: string[]) {
  const places = roomIds.flatMap((roomId, room) =>
    Array.from({ length: FLOW_JOINS + 1 }, (_, place) => ({ roomId, room, place })),
  );
  const tokens = await target.people(places.map(({ roomId }) => roomId));
  const specs = places.map(({ roomId, room, place }, i) => {
    const token = tokens[i];
    // The seeders were senders 0.
    const own = { room, roomId, port: portOf(target, i), sender: place === 0 ? 1 : -1, timed: false, seam: true };
    return { ...own, ...(token === undefined ? {} : { token }) };
  });
  await fleet.open(specs.filter(({ sender }) => sender >= 0));
  await fleet.begin({ kind: 'paced', perSecond: FLOW });
  await fleet.open(
    specs.filter(({ sender }) => sender < 0),
    AT_ONCE,
  );
  await delay(1_000);
  return fleet.verify();
}
