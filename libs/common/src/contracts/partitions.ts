/** Most partitions a deployment can have; tags are precomputed for these. */
export const MAX_PARTITIONS = 64;

/**
 * The partition of a key (a room id, or a user id for the users service): FNV-1a over its UTF-16 units, mod P.
 * Stable for ever: stored data and streams depend on it.
 */
export function partitionOf(key: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) {
    hash ^= key.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  // FNV's low bits alone are weak for short moduli: fold the high half in.
  return ((hash ^ (hash >>> 15)) >>> 0) % partitions;
}

/** CRC16-CCITT (XMODEM) mod 16384: the slot of a Redis Cluster hash tag (Redis Cluster specification, appendix A). */
export function slotOf(tag: string): number {
  let crc = 0;
  for (let i = 0; i < tag.length; i++) {
    crc ^= tag.charCodeAt(i) << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc % 16384;
}

/** Halves the slot range again and again (van der Corput), so that the first P partitions are spread evenly for every P. */
function targetSlot(partition: number): number {
  let fraction = 0;
  for (let n = partition, weight = 0.5; n > 0; n >>= 1, weight /= 2) if (n & 1) fraction += weight;
  return Math.floor((fraction + 1 / (4 * MAX_PARTITIONS)) * 16384);
}

function findTag(partition: number): string {
  const target = targetSlot(partition);
  const width = 16384 / (2 * MAX_PARTITIONS);
  for (let suffix = 0; ; suffix++) {
    const tag = `p${partition}.${suffix.toString(36)}`;
    const distance = slotOf(tag) - target;
    if (distance >= 0 && distance < width) return tag;
  }
}

const TAGS = Array.from({ length: MAX_PARTITIONS }, (_, partition) => findTag(partition));

/**
 * The hash tag of a partition, without braces. Plain `p0`, `p1`, ... would leave some Cluster nodes with many
 * partitions and others with none; these are chosen so that they spread evenly over the slots.
 */
export function partitionTag(partition: number): string {
  const tag = TAGS[partition];
  if (tag === undefined) throw new RangeError(`partition ${partition} is not in 0..${MAX_PARTITIONS - 1}`);
  return tag;
}
