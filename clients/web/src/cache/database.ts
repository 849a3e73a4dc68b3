/** What is kept between visits, apart from what the SDK keeps: the last rooms and their newest messages. */
const NAME = 'brook-cache';
const STORE = 'kept';

let opening: Promise<IDBDatabase> | null = null;

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB request failed'));
  });

function open(): Promise<IDBDatabase> {
  opening ??= (async () => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    return settled(request);
  })();
  return opening;
}

/** Everything that was kept, by key. Rejects where the browser has no storage, as in some private windows. */
export async function loadKept(): Promise<Map<string, unknown>> {
  const store = (await open()).transaction(STORE).objectStore(STORE);
  const [keys, values] = await Promise.all([settled(store.getAllKeys()), settled(store.getAll())]);
  return new Map(keys.map((key, index) => [String(key), values[index] as unknown]));
}

/** Keeps values by their keys; undefined lets go of one. */
export async function keep(entries: ReadonlyMap<string, unknown>): Promise<void> {
  const store = (await open()).transaction(STORE, 'readwrite').objectStore(STORE);
  await Promise.all<unknown>(
    [...entries].map(([key, value]) => (value === undefined ? settled(store.delete(key)) : settled(store.put(value, key)))),
  );
}
