import type { MemberItem, Page } from '@brook/common/contracts';
import { type InfiniteData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useBrook } from '../app/brook-context';

/** The room's members as far as they were asked for, oldest first. */
export function useMembers(roomId: string, enabled = true) {
  const brook = useBrook();
  const query = useInfiniteQuery<Page<MemberItem>, Error, InfiniteData<Page<MemberItem>>, string[], string | undefined>({
    queryKey: ['members', roomId],
    queryFn: ({ pageParam }) => brook.rooms.members(roomId, { cursor: pageParam, limit: 100 }),
    initialPageParam: undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    enabled,
  });
  const members = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  return { query, members };
}
