/** What one person is to one room, as the answered operations tell. */
interface Standing {
  member: boolean;
  /** Newest seq that the person has read or written, from the joining on. */
  marker: number;
}

/** What a room list must show of one room. */
export interface UnreadLine {
  roomId: string;
  lastSeq: number;
  lastReadSeq: number;
  unread: number;
}

/**
 * Unread, computed from the log of what was answered: each send took the next seq; reading and writing move the reader's
 * marker forward and never back; joining begins behind the newest message.
 */
export class UnreadModel {
  readonly #heads = new Map<string, number>();
  readonly #standings = new Map<string, Standing>();

  /** The newest seq that was acked. */
  head(roomId: string): number {
    return this.#heads.get(roomId) ?? 0;
  }

  joined(userId: string, roomId: string, lastReadSeq: number): void {
    this.#standings.set(`${userId} ${roomId}`, { member: true, marker: lastReadSeq });
  }

  left(userId: string, roomId: string): void {
    this.#standings.delete(`${userId} ${roomId}`);
  }

  sent(userId: string, roomId: string, seq: number): void {
    this.#heads.set(roomId, Math.max(this.head(roomId), seq));
    this.#advance(userId, roomId, seq);
  }

  read(userId: string, roomId: string, seq: number): void {
    this.#advance(userId, roomId, seq);
  }

  /** The person's room list, by room id. */
  lines(userId: string, roomIds: readonly string[]): UnreadLine[] {
    const lines = roomIds.flatMap((roomId): UnreadLine[] => {
      const standing = this.#standings.get(`${userId} ${roomId}`);
      if (!standing) return [];
      const [lastSeq, lastReadSeq] = [this.head(roomId), standing.marker];
      return [{ roomId, lastSeq, lastReadSeq, unread: lastSeq - lastReadSeq }];
    });
    return lines.sort((a, b) => (a.roomId < b.roomId ? -1 : 1));
  }

  #advance(userId: string, roomId: string, seq: number): void {
    const standing = this.#standings.get(`${userId} ${roomId}`);
    if (standing) standing.marker = Math.max(standing.marker, seq);
  }
}
