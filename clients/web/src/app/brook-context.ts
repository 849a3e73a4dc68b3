import { type Brook, type ConnectionState, createBrook, indexedDbStorage } from '@brook/sdk';
import type { User } from '@brook/common/contracts';
import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';

/** Makes the page's one client. The refresh token lies in a cookie that scripts cannot read; unsent messages in IndexedDB. */
export const makeClient = (): Brook => createBrook({ storage: indexedDbStorage(), tokens: 'cookie' });

export const BrookContext = createContext<Brook | null>(null);

/** The page's client. */
export function useBrook(): Brook {
  const brook = useContext(BrookContext);
  if (!brook) throw new Error('useBrook outside of its provider');
  return brook;
}

/** Who is signed in, or null. */
export function useUser(): User | null {
  const brook = useBrook();
  const subscribe = useCallback((changed: () => void) => brook.on('user', changed), [brook]);
  return useSyncExternalStore(subscribe, () => brook.user);
}

/** The state of the socket. */
export function useConnection(): ConnectionState {
  const brook = useBrook();
  const subscribe = useCallback((changed: () => void) => brook.on('state', changed), [brook]);
  return useSyncExternalStore(subscribe, () => brook.state);
}
