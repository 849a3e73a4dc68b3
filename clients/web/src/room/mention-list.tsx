import type { MemberItem } from '@brook/common/contracts';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../ui/avatar';

interface MentionListProps {
  id: string;
  options: readonly MemberItem[];
  active: number;
  onTake: (member: MemberItem) => void;
}

/** The id of one option, for `aria-activedescendant`. */
export const optionId = (list: string, index: number): string => `${list}-${index}`;

/** Whom an @name may mean, above the composer. */
export function MentionList({ id, options, active, onTake }: MentionListProps) {
  const { t } = useTranslation();
  return (
    <ul
      id={id}
      role="listbox"
      aria-label={t('room.mentionWhom')}
      className="rise absolute bottom-full left-3 z-20 mb-1 w-72 max-w-[calc(100%-1.5rem)] rounded-xl border border-line bg-raised p-1 shadow-float"
    >
      {options.map((member, index) => (
        <li
          key={member.user.id}
          id={optionId(id, index)}
          role="option"
          aria-selected={index === active}
          // Before the field loses the focus.
          onPointerDown={(event) => {
            event.preventDefault();
            onTake(member);
          }}
          className={`flex cursor-pointer items-center gap-2.5 rounded-lg px-2 py-1.5 text-sm ${index === active ? 'bg-accent-soft' : 'hover:bg-hover'}`}
        >
          <Avatar id={member.user.id} name={member.user.displayName} url={member.user.avatarUrl} size="xs" />
          <span className="min-w-0 truncate font-medium">{member.user.displayName}</span>
          <span className="truncate text-ink-faint">@{member.user.username}</span>
        </li>
      ))}
    </ul>
  );
}
