import { partitionOf } from '@brook/common/contracts';
import { v7 as uuidv7 } from 'uuid';

/**
 * A room id in the partition that `request` itself hashes to: a retry carries another id but meets the same owner,
 * which executes one after the other and finds the first result.
 */
export function newRoomId(request: string, partitions: number): string {
  const partition = partitionOf(request, partitions);
  for (;;) {
    const id = uuidv7();
    if (partitionOf(id, partitions) === partition) return id;
  }
}
