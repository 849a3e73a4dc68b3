import { createHash } from 'node:crypto';

/** Rendezvous (highest random weight) hashing, Thaler and Ravishankar 1998: each partition goes to the replica with the
 * highest hash of both; a replica that comes or goes moves only its own share. @returns undefined without replicas */
export function preferredReplica(partition: number, replicas: Iterable<string>): string | undefined {
  let best: { id: string; weight: string } | undefined;
  for (const id of replicas) {
    const weight = createHash('sha1').update(`${partition}:${id}`).digest('hex');
    if (!best || weight > best.weight) best = { id, weight };
  }
  return best?.id;
}
