import type { BrookStorage, StoredSend, StoredSession } from './storage.js';

/** A storage that lives as long as the process. One instance may be handed to a second client to continue its work. */
export function memoryStorage(): BrookStorage {
  let session: StoredSession | null = null;
  const sends = new Map<string, StoredSend>();
  return {
    loadSession: () => Promise.resolve(session),
    saveSession: (value) => {
      session = value;
      return Promise.resolve();
    },
    loadSends: (userId) =>
      Promise.resolve([...sends.values()].filter((send) => send.userId === userId).sort((a, b) => a.order - b.order)),
    putSend: (send) => {
      sends.set(send.clientId, send);
      return Promise.resolve();
    },
    deleteSend: (clientId) => {
      sends.delete(clientId);
      return Promise.resolve();
    },
  };
}
