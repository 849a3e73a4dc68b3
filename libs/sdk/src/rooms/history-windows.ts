import type { Message } from '@brook/common/contracts';
import type { RoomsApi } from '../rest/rooms-api.js';
import { type HistoryPlace, HistoryWindow } from './history-window.js';

interface HistoryWindowsOptions {
  roomId: string;
  rooms: Pick<RoomsApi, 'history'>;
}

/** The windows that are open on one room's history. They hold messages that the room's log does not. */
export class HistoryWindows {
  readonly #options: HistoryWindowsOptions;
  readonly #open = new Set<HistoryWindow>();

  constructor(options: HistoryWindowsOptions) {
    this.#options = options;
  }

  /** Opens one more, kept true until it is closed; rejects where its first page could not be had. */
  async open(place: HistoryPlace, limit: number): Promise<HistoryWindow> {
    const window = new HistoryWindow({ ...this.#options, closed: (one) => this.#open.delete(one) });
    // Before it is filled: changes that arrive meanwhile must not be missed.
    this.#open.add(window);
    try {
      await window.open(place, limit);
    } catch (error) {
      window.close();
      throw error;
    }
    return window;
  }

  /** A message has arrived in a newer state. */
  changed(message: Message): void {
    for (const window of this.#open) window.changed(message);
  }

  /** Changes may have been missed. A window that cannot be read now keeps what it shows until the next snapshot. */
  refresh(): void {
    for (const window of this.#open) window.refresh().catch(() => undefined);
  }
}
