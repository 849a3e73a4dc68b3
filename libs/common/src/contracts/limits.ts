/** Sizes and counts that both ends of the protocol rely on. */
export const LIMITS = {
  /** Characters of a message, in code points, after outer white space is removed. */
  textCodePoints: 4000,
  /** Bytes of one client frame; above: close 4513. */
  frameBytes: 65_536,
  /** Bytes of one REST body; above: 413. */
  bodyBytes: 256 * 1024,
  /** Items of a list page: default and most. */
  pageDefault: 50,
  pageMax: 100,
  /** Messages of a snapshot, and of the recent cache. */
  snapshotMessages: 50,
  /** Most changes a resume replays; further behind is a snapshot. */
  resumeChanges: 500,
  /** Different emoji on one message. */
  reactionKinds: 20,
  /** Different people that one message may mention by name; further names are plain text. */
  mentionedPeople: 20,
  /** Rooms one connection may subscribe to. */
  subscriptions: 500,
  /** Bytes buffered for one socket before it is closed as a slow consumer. */
  slowConsumerBytes: 1024 * 1024,
  /** Server heartbeat period, and the time allowed for `hello`, in milliseconds. */
  heartbeatMs: 25_000,
  helloMs: 10_000,
  /** Time an expired socket session keeps working so that `auth` can extend it, in milliseconds. */
  expiryGraceMs: 25_000,
  /** Code points of `lastMessage.text`. */
  previewCodePoints: 200,
} as const;
