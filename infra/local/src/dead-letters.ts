import type { ServiceName } from '@brook/common/contracts';
import { StartupError } from '@brook/common/embedded';
import {
  type DeadLetter,
  type DeadLetterPlace,
  dropDeadLetter,
  findDeadLetter,
  readDeadLetters,
  replayDeadLetter,
} from '@brook/common/streams';
import { OWNERS, readPartitions } from './owner-schemas.js';
import type { ReachedStores } from './reach-stores.js';

/** How people name a dead letter: `messages:0:1732250000000-0`. */
export const refOf = ({ service, partition, id }: DeadLetterPlace): string => `${service}:${partition}:${id}`;

/** @throws StartupError when the text is no reference */
export function placeOf(ref: string): DeadLetterPlace {
  const [, service, partition, id] = /^(messages|rooms|users):(\d{1,2}):(\d+-\d+)$/.exec(ref) ?? [];
  if (service === undefined || partition === undefined || id === undefined || Number(partition) > 63)
    throw new StartupError(`"${ref}" is no dead letter: take its name from "npm run brook -- dlq list".`);
  return { service: service as ServiceName, partition: Number(partition), id };
}

/** All dead letters, by service and partition, the oldest first. @throws StartupError for an unknown service */
export async function listDeadLetters({ redis, sql }: ReachedStores, service?: string): Promise<DeadLetter[]> {
  const services = OWNERS.filter((owner) => service === undefined || owner === service);
  if (services.length === 0) throw new StartupError(`There is no service "${service}": messages, rooms or users.`);
  const partitions = await readPartitions(sql);
  const letters: DeadLetter[] = [];
  for (const owner of services)
    for (let partition = 0; partition < partitions; partition++)
      letters.push(...(await readDeadLetters(redis, owner, partition)));
  return letters;
}

/** @throws StartupError when it is gone */
export async function getDeadLetter({ redis }: ReachedStores, ref: string): Promise<DeadLetter> {
  const letter = await findDeadLetter(redis, placeOf(ref));
  if (!letter) throw new StartupError(`There is no dead letter ${ref} (any more).`);
  return letter;
}

/** Puts a dead letter's command on its stream again. @returns the id of its new entry. @throws StartupError when it is gone */
export async function replay(stores: ReachedStores, ref: string): Promise<string> {
  const id = await replayDeadLetter(stores.redis, await getDeadLetter(stores, ref));
  if (id === undefined) throw new StartupError(`There is no dead letter ${ref} (any more).`);
  return id;
}

/** Removes a dead letter. @throws StartupError when it is gone */
export async function drop({ redis }: ReachedStores, ref: string): Promise<void> {
  if (!(await dropDeadLetter(redis, placeOf(ref)))) throw new StartupError(`There is no dead letter ${ref} (any more).`);
}
