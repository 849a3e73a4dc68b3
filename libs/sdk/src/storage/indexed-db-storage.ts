import type { BrookStorage, StoredSend, StoredSession } from './storage.js';

const SENDS = 'sends';
const SESSION = 'session';
const CURRENT = 'current';

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB request failed'));
  });

function openDatabase(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(SENDS, { keyPath: 'clientId' });
    request.result.createObjectStore(SESSION);
  };
  return settled(request);
}

/** Resolves when the transaction has been written, not when the request was accepted. */
async function write(database: IDBDatabase, store: string, change: (store: IDBObjectStore) => void): Promise<void> {
  const transaction = database.transaction(store, 'readwrite');
  change(transaction.objectStore(store));
  await new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB write was aborted'));
  });
}

/**
 * A storage in the browser's IndexedDB, so that unsent messages survive a reload. Tabs of one origin share it; that is
 * safe, because the server stores a clientId once, whichever tab sends it. Rejects where IndexedDB is not available.
 */
export function indexedDbStorage(name = 'brook'): BrookStorage {
  let opening: Promise<IDBDatabase> | undefined;
  const database = () => {
    opening ??= openDatabase(name).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  const read = async <T>(store: string, request: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> =>
    settled(request((await database()).transaction(store).objectStore(store)));

  return {
    loadSession: async () => (await read(SESSION, (s) => s.get(CURRENT) as IDBRequest<StoredSession | undefined>)) ?? null,
    saveSession: async (session) =>
      write(await database(), SESSION, (s) => (session ? s.put(session, CURRENT) : s.delete(CURRENT))),
    loadSends: async (userId) => {
      const all = await read(SENDS, (s) => s.getAll() as IDBRequest<StoredSend[]>);
      return all.filter((send) => send.userId === userId).sort((a, b) => a.order - b.order);
    },
    putSend: async (send) => write(await database(), SENDS, (s) => s.put(send)),
    deleteSend: async (clientId) => write(await database(), SENDS, (s) => s.delete(clientId)),
  };
}
