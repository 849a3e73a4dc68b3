import type { OwnRoomItem } from '@brook/common/contracts';
import type { Brook } from '@brook/sdk';
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import { useBrook, useUser } from '../app/brook-context';
import { rememberedList, rememberList } from '../cache/remembered';
import { asShown, useAttended } from './attention';
import {
  type Activity,
  type RoomList,
  sorted,
  withActivities,
  withActivity,
  withKnownMentions,
  withMembership,
  withMentions,
  withoutRoom,
  withRoom,
} from './room-list';

const KEY = ['mine'];
/** Pages of 100 that the list loads; who is in more rooms finds the rest by their addresses. */
const PAGES = 10;
/** A list that has not come is asked for again after so long, then after twice as long each time, up to the second figure. */
const RETRY_MS = [3_000, 30_000] as const;

/** The newest that this page was told of each room, and when: an answer may be up to 3 s older, and nobody tells it again. */
const told = new WeakMap<Brook, Map<string, { activity: Activity; at: number }>>();
/** From then on the server's answers hold it, or it is no longer true. */
const TOLD_MS = 10_000;

async function loadAll(brook: Brook, known: RoomList): Promise<RoomList> {
  const items: OwnRoomItem[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const { items: more, nextCursor } = await brook.rooms.mine({ cursor, limit: 100 });
    items.push(...more);
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  const news = [...(told.get(brook)?.values() ?? [])].filter(({ at }) => at > performance.now() - TOLD_MS);
  const activities = news.map(({ activity }) => activity);
  return withActivities(sorted(withKnownMentions(items, known)), activities, brook.user?.id ?? '');
}

const retryAfter = (errors: number): number => Math.min(RETRY_MS[0] * 2 ** Math.max(0, errors - 1), RETRY_MS[1]);

/** One's own rooms as they are shown, latest activity first; `dataUpdatedAt` is 0 as long as they are those of an earlier visit. */
export function useMyRooms() {
  const brook = useBrook();
  const queries = useQueryClient();
  const userId = useUser()?.id ?? '';
  const attended = useAttended();
  // What the last visit left is shown at once, and asked for anew.
  return useQuery({
    queryKey: KEY,
    queryFn: () => loadAll(brook, queries.getQueryData<RoomList>(KEY) ?? []),
    initialData: () => rememberedList(userId),
    initialDataUpdatedAt: 0,
    // Where the server could not say: without its list nothing is known to be unread, and no marker moves.
    refetchInterval: ({ state }) => (state.dataUpdatedAt === 0 ? retryAfter(state.errorUpdateCount) : false),
    select: useCallback((list: RoomList) => asShown(list, attended), [attended]),
  });
}

/** Changes the list in place, where it has been loaded. */
export function changeMyRooms(queries: QueryClient, change: (list: RoomList) => RoomList): void {
  // A change does not make the server's list of what is remembered.
  const updatedAt = queries.getQueryState(KEY)?.dataUpdatedAt === 0 ? 0 : Date.now();
  queries.setQueryData<RoomList>(KEY, (list) => list && change(list), { updatedAt });
}

/** Something was said in a room: the list shows it, also one that is on its way. */
export function tellOfActivity(brook: Brook, queries: QueryClient, activity: Activity): void {
  const news = told.get(brook) ?? new Map<string, { activity: Activity; at: number }>();
  told.set(brook, news);
  news.set(activity.roomId, { activity, at: performance.now() });
  changeMyRooms(queries, (list) => withActivity(list, activity, brook.user?.id ?? ''));
}

/** Loads the list anew; what is shown stays until it is there. */
export const refreshMyRooms = (queries: QueryClient): Promise<void> => queries.invalidateQueries({ queryKey: KEY });

/** Keeps the list true from the socket's events, and loads it anew after each reconnect, since events may be lost. */
export function useLiveRooms(): void {
  const brook = useBrook();
  const queries = useQueryClient();
  useEffect(() => {
    const change = (step: (list: RoomList) => RoomList) => changeMyRooms(queries, step);
    const stops = [
      brook.on('room.activity', (event) => tellOfActivity(brook, queries, event)),
      brook.on('room.mentions', ({ roomId, unreadMentions }) => change((list) => withMentions(list, roomId, unreadMentions))),
      brook.on('membership.added', ({ room, role }) => {
        change((list) => withMembership(list, room, role));
        void refreshMyRooms(queries);
      }),
      brook.on('membership.removed', ({ roomId }) => change((list) => withoutRoom(list, roomId))),
      brook.on('room.updated', ({ room }) => {
        change((list) => withRoom(list, room));
        queries.setQueryData(['room', room.id], room);
      }),
      brook.on('room.deleted', ({ room }) => change((list) => withoutRoom(list, room.id))),
      brook.on('state', ({ status }) => {
        if (status === 'online') void refreshMyRooms(queries);
      }),
    ];
    const cache = queries.getQueryCache();
    stops.push(
      cache.subscribe(({ query }) => {
        const list = query.queryKey[0] === KEY[0] ? (query.state.data as RoomList | undefined) : undefined;
        if (list && brook.user) rememberList(brook.user.id, list);
      }),
    );
    return () => {
      for (const stop of stops) stop();
    };
  }, [brook, queries]);
}
