import type { MemberRole, Room } from '@brook/common/contracts';
import { X } from 'lucide-react';
import { memo, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../ui/button';
import { MembersPanel } from './members-panel';
import { SearchPanel } from './search-panel';

export type PanelName = 'members' | 'search';

interface SidePanelProps {
  name: PanelName;
  room: Room;
  /** One's own; undefined for visitors. */
  role: MemberRole | undefined;
  /** Ids of those who are online. */
  online: ReadonlySet<string>;
  onClose: () => void;
}

/** What stands beside the conversation, or over it on a phone. */
function SidePanel({ name, room, role, online, onClose }: SidePanelProps) {
  const { t } = useTranslation();
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    // Where it covers the conversation, the focus must not stay behind it.
    if (window.matchMedia('(max-width: 64rem)').matches) ref.current?.focus();
  }, [name]);
  return (
    <aside
      ref={ref}
      tabIndex={-1}
      aria-label={t(name === 'members' ? 'room.members' : 'room.search')}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) onClose();
      }}
      className="absolute inset-0 z-20 flex flex-col bg-surface outline-none lg:static lg:w-72 lg:shrink-0 lg:border-l lg:border-line xl:w-80"
    >
      <header className="flex h-15 shrink-0 items-center justify-between border-b border-line pr-2.5 pl-4">
        <h2 className="text-sm font-semibold">
          {t(name === 'members' ? 'room.members' : 'room.search')}
          {name === 'members' && <span className="ml-2 font-normal text-ink-faint tabular-nums">{room.memberCount}</span>}
        </h2>
        <IconButton label={t(name === 'members' ? 'room.hideMembers' : 'room.closePanel')} onClick={onClose}>
          <X />
        </IconButton>
      </header>
      {name === 'members' ? (
        <MembersPanel room={room} role={role} online={online} />
      ) : (
        <SearchPanel room={room} onJumped={onClose} />
      )}
    </aside>
  );
}

export default memo(SidePanel);
