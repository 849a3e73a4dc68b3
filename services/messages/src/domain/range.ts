import type { HistoryQuery } from '@brook/common/contracts';

/** Which part of a room's history is asked for; seqs. */
export type Range =
  | { kind: 'latest'; limit: number }
  | { kind: 'before'; seq: number; limit: number }
  | { kind: 'after'; seq: number; limit: number }
  | { kind: 'around'; seq: number; limit: number };

/** The range of a history query; with none of before, after and around: the latest. */
export function toRange({ before, after, around, limit }: HistoryQuery): Range {
  if (before !== undefined) return { kind: 'before', seq: before, limit };
  if (after !== undefined) return { kind: 'after', seq: after, limit };
  if (around !== undefined) return { kind: 'around', seq: around, limit };
  return { kind: 'latest', limit };
}
