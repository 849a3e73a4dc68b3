import type { BrookStorage } from './storage.js';

/**
 * The same storage, but one whose failures (a private window, a full disk) are reported instead of thrown: they must
 * not keep anybody from talking. What cannot be read counts as absent.
 */
export function forgivingStorage(storage: BrookStorage, report: (error: Error) => void): BrookStorage {
  const guard = async <T>(work: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      report(error instanceof Error ? error : new Error(String(error)));
      return otherwise;
    }
  };
  return {
    loadSession: () => guard(() => storage.loadSession(), null),
    saveSession: (session) => guard(() => storage.saveSession(session), undefined),
    loadSends: (userId) => guard(() => storage.loadSends(userId), []),
    putSend: (send) => guard(() => storage.putSend(send), undefined),
    deleteSend: (clientId) => guard(() => storage.deleteSend(clientId), undefined),
  };
}
