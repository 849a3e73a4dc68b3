import type { MemberItem, Message, Page } from '@brook/common/contracts';
import { type InfiniteData, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useUser } from '../app/brook-context';
import { useActions } from './actions';
import { ReactButton } from './react-button';

/** Who reacted with what, and the way to join in. */
export function Reactions({ message, canReact }: { message: Message; canReact: boolean }) {
  const { t } = useTranslation();
  const { react } = useActions();
  const me = useUser()?.id;
  const names = useNames(message.roomId);
  return (
    <ul className="mt-1 flex flex-wrap items-center gap-1" aria-label={t('room.reactionsLabel')}>
      {message.reactions.map(({ emoji, count, userIds }) => {
        const mine = me !== undefined && userIds.includes(me);
        return (
          <li key={emoji}>
            <button
              type="button"
              disabled={!canReact}
              aria-pressed={mine}
              aria-label={t('room.reactedWith', { emoji, count })}
              title={names(userIds, count)}
              onClick={() => react(message, emoji)}
              className={`flex h-7 items-center gap-1.5 rounded-full border px-2 text-[13px] tabular-nums transition-colors ${
                mine
                  ? 'border-accent bg-accent-soft text-accent-ink'
                  : 'border-line bg-canvas text-ink-soft hover:border-line-strong'
              }`}
            >
              <span aria-hidden="true" className="font-emoji">
                {emoji}
              </span>
              {count}
            </button>
          </li>
        );
      })}
      {canReact && (
        <li className="opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 max-sm:opacity-100">
          <ReactButton message={message} className="h-7 w-8 rounded-full border border-line bg-canvas" />
        </li>
      )}
    </ul>
  );
}

/** Names of people as far as the list of members has been loaded. */
function useNames(roomId: string): (ids: readonly string[], count: number) => string {
  const queries = useQueryClient();
  const me = useUser()?.id;
  const { t } = useTranslation();
  return (ids, count) => {
    const pages = queries.getQueryData<InfiniteData<Page<MemberItem>>>(['members', roomId])?.pages ?? [];
    const people = new Map(pages.flatMap((page) => page.items.map(({ user }) => [user.id, user.displayName] as const)));
    const known = ids.flatMap((id) => (id === me ? [t('rooms.you')] : (people.get(id) ?? []))).slice(0, 12);
    const more = count - known.length;
    return more > 0 && known.length > 0 ? `${known.join(', ')} +${more}` : known.join(', ');
  };
}
