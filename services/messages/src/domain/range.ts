import type { HistoryQuery } from '@brook/common/contracts';

/** Which part of a room's history is asked for; by seqs, or by a time. */
export type Range =
  | { kind: 'latest'; limit: number }
  | { kind: 'before'; seq: number; limit: number }
  | { kind: 'after'; seq: number; limit: number }
  | { kind: 'around'; seq: number; limit: number }
  /** Around the first message from a time on (RFC 3339). */
  | { kind: 'at'; time: string; limit: number };

/** The range of a history query; with none of before, after, around and at: the latest. */
export function toRange({ before, after, around, at, limit }: HistoryQuery): Range {
  if (before !== undefined) return { kind: 'before', seq: before, limit };
  if (after !== undefined) return { kind: 'after', seq: after, limit };
  if (around !== undefined) return { kind: 'around', seq: around, limit };
  if (at !== undefined) return { kind: 'at', time: at, limit };
  return { kind: 'latest', limit };
}
