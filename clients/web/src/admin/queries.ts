import type { Conversation, ConversationPage, ConversationState, Overview, PurgeReport } from '@brook/common/contracts';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useBrook } from '../app/brook-context';

const LIVE_MS = 5_000;
/** Lists are asked for again at most this often while conversations move. */
const SETTLE_MS = 400;

/** Keeps everything about conversations true: asks again when one moved, and after a break of the connection. */
export function useLiveConversations(): void {
  const brook = useBrook();
  const queries = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const moved = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void queries.invalidateQueries({ queryKey: ['admin', 'conversations'] });
      }, SETTLE_MS);
    };
    const offs = [
      brook.on('conversation.updated', moved),
      brook.on('state', ({ status }) => {
        if (status === 'online') moved();
      }),
    ];
    return () => {
      clearTimeout(timer);
      for (const off of offs) off();
    };
  }, [brook, queries]);
}

/** A page of conversations, with the number of all that have something unread. */
export function useConversations(state: ConversationState | undefined) {
  const brook = useBrook();
  return useQuery({
    queryKey: ['admin', 'conversations', 'list', state ?? 'all'],
    queryFn: () => brook.call<ConversationPage>({ method: 'GET', path: '/admin/conversations', query: { state, limit: 100 } }),
    placeholderData: keepPreviousData,
    // What moved while nobody told is found a little later.
    refetchInterval: 30_000,
  });
}

export function useConversation(roomId: string) {
  const brook = useBrook();
  return useQuery({
    queryKey: ['admin', 'conversations', roomId],
    queryFn: async () =>
      (await brook.call<{ conversation: Conversation }>({ method: 'GET', path: `/admin/conversations/${roomId}` })).conversation,
  });
}

/** An act on a conversation; its answer is shown at once, the lists follow. */
export function useAct(roomId: string) {
  const brook = useBrook();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (act: { method: 'PUT' | 'DELETE'; what: 'state' | 'block'; body?: object }) =>
      brook.call<{ conversation: Conversation }>({
        method: act.method,
        path: `/admin/conversations/${roomId}/${act.what}`,
        ...(act.body ? { body: act.body } : {}),
      }),
    onSuccess: ({ conversation }) => {
      queries.setQueryData(['admin', 'conversations', roomId], conversation);
      void queries.invalidateQueries({ queryKey: ['admin', 'conversations', 'list'] });
    },
  });
}

/** Whether every trace of a deleted room is gone; asked until it is. */
export function usePurge(roomId: string, deleted: boolean) {
  const brook = useBrook();
  return useQuery({
    queryKey: ['admin', 'purge', roomId],
    queryFn: () => brook.call<PurgeReport>({ method: 'GET', path: `/admin/purges/${roomId}` }),
    enabled: deleted,
    refetchInterval: ({ state }) => (state.data?.purged ? false : 2_000),
  });
}

/** The figures, every few seconds. */
export function useOverview() {
  const brook = useBrook();
  return useQuery({
    queryKey: ['admin', 'overview'],
    queryFn: () => brook.call<Overview>({ method: 'GET', path: '/admin/overview' }),
    refetchInterval: LIVE_MS,
  });
}
