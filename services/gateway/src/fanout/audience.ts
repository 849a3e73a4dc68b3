import type { CloseReason } from '@brook/common/contracts';
import { encodeTextFrame } from '../ws/frame-encoding.js';

/** A signed-in connection as the fan-out sees it. */
export interface Listener {
  readonly userId: string;
  readonly sessionId: string;
  /** What the person may do in this application, as it was when the connection opened. */
  readonly role: 'user' | 'admin';
  write(frame: Buffer): void;
  close(reason: CloseReason): void;
  /** Whether it has a live subscription to this room. */
  subscribed(roomId: string): boolean;
}

/** Told when a person's first connection to this gateway opens and the last one closes. */
export interface AudienceWatcher {
  arrived(userId: string): void;
  left(userId: string): void;
}

const NOBODY: ReadonlySet<Listener> = new Set();

/** This gateway's signed-in connections, by person. */
export class Audience {
  readonly #people = new Map<string, Set<Listener>>();
  readonly #agents = new Set<Listener>();
  readonly #watchers: AudienceWatcher[] = [];

  watch(watcher: AudienceWatcher): void {
    this.#watchers.push(watcher);
  }

  add(listener: Listener): void {
    if (listener.role === 'admin') this.#agents.add(listener);
    const own = this.#people.get(listener.userId);
    if (own) {
      own.add(listener);
      return;
    }
    this.#people.set(listener.userId, new Set([listener]));
    for (const watcher of this.#watchers) watcher.arrived(listener.userId);
  }

  remove(listener: Listener): void {
    this.#agents.delete(listener);
    const own = this.#people.get(listener.userId);
    if (!own?.delete(listener) || own.size > 0) return;
    this.#people.delete(listener.userId);
    for (const watcher of this.#watchers) watcher.left(listener.userId);
  }

  of(userId: string): ReadonlySet<Listener> {
    return this.#people.get(userId) ?? NOBODY;
  }

  has(userId: string): boolean {
    return this.#people.has(userId);
  }

  userIds(): IterableIterator<string> {
    return this.#people.keys();
  }

  /** Connections of admins, who answer visitors. */
  agents(): ReadonlySet<Listener> {
    return this.#agents;
  }

  /** Every connection. */
  *all(): Generator<Listener> {
    for (const own of this.#people.values()) yield* own;
  }

  /** Sends a frame to all of a person's connections. */
  tell(userId: string, frame: object): void {
    const own = this.#people.get(userId);
    if (!own) return;
    const bytes = encodeTextFrame(JSON.stringify(frame));
    for (const listener of own) listener.write(bytes);
  }
}
