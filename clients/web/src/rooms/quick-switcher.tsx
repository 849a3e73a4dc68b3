import { AtSign, Compass, Keyboard, Lock, Plus, Search, Settings } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useUser } from '../app/brook-context';
import { Avatar } from '../ui/avatar';
import { useMyRooms } from './my-rooms';
import { rankRooms } from './rank-rooms';

interface Choice {
  key: string;
  icon: ReactNode;
  label: string;
  hint?: ReactNode;
  run: () => void;
}

interface SwitcherProps {
  onClose: () => void;
  onCreate: () => void;
  onShortcuts: () => void;
}

/** Goes anywhere with the keyboard: type a part of a name, choose with the arrows, Enter. */
export default function QuickSwitcher({ onClose, onCreate, onShortcuts }: SwitcherProps) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const [index, setIndex] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const choices = useChoices(query, { onClose, onCreate, onShortcuts });
  const active = Math.min(index, choices.length - 1);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  useEffect(() => {
    document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, active]);

  const keys = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setIndex((active + step + choices.length) % Math.max(1, choices.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choices[active]?.run();
    }
  };
  return (
    <dialog
      ref={dialog}
      aria-label={t('switcher.title')}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
      className="mx-auto mt-[12vh] w-[min(34rem,calc(100vw-2rem))] overflow-hidden rounded-2xl border border-line bg-raised p-0 text-ink shadow-float open:rise"
    >
      <label className="flex items-center gap-3 border-b border-line px-4">
        <Search className="size-[18px] shrink-0 text-ink-faint" aria-hidden="true" />
        <span className="sr-only">{t('switcher.title')}</span>
        <input
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
          value={query}
          onKeyDown={keys}
          onChange={(event) => {
            setQuery(event.target.value);
            setIndex(0);
          }}
          placeholder={t('switcher.placeholder')}
          className="h-13 grow bg-transparent outline-none placeholder:text-ink-faint"
        />
      </label>
      <ul
        id={`${id}-list`}
        role="listbox"
        aria-label={t('switcher.title')}
        className="scroll-calm max-h-[50vh] overflow-y-auto p-2"
      >
        {choices.map((choice, at) => (
          <li
            key={choice.key}
            id={`${id}-${at}`}
            role="option"
            aria-selected={at === active}
            onPointerMove={() => setIndex(at)}
            onClick={choice.run}
            className={`flex cursor-pointer items-center gap-3 rounded-lg px-2.5 py-2 text-sm ${at === active ? 'bg-accent-soft' : ''}`}
          >
            <span className="grid w-6 place-items-center text-ink-soft [&_svg]:size-[18px]" aria-hidden="true">
              {choice.icon}
            </span>
            <span className="min-w-0 grow truncate font-medium">{choice.label}</span>
            {choice.hint && <span className="flex shrink-0 items-center gap-1.5 text-xs text-ink-faint">{choice.hint}</span>}
          </li>
        ))}
      </ul>
      {choices.length === 0 && (
        <p className="px-4 pt-2 pb-6 text-center text-sm text-ink-faint">{t('rooms.nothingFound', { query })}</p>
      )}
    </dialog>
  );
}

/** One's rooms that fit, unread ones first, and then the other places. */
function useChoices(query: string, { onClose, onCreate, onShortcuts }: SwitcherProps): Choice[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const user = useUser();
  const rooms = useMyRooms().data ?? [];
  const go = (path: string) => () => {
    onClose();
    void navigate(path);
  };
  const wanted = query.trim().toLocaleLowerCase();
  const places: Choice[] = [
    { key: 'discover', icon: <Compass />, label: t('rooms.discover'), run: go('/rooms/discover') },
    { key: 'search', icon: <Search />, label: t('search.title'), run: go('/search') },
    { key: 'mentions', icon: <AtSign />, label: t('mentions.title'), run: go('/mentions') },
    { key: 'settings', icon: <Settings />, label: t('settings.title'), run: go('/settings') },
    { key: 'shortcuts', icon: <Keyboard />, label: t('shortcuts.title'), run: onShortcuts },
  ];
  if (user?.kind === 'member') places.push({ key: 'create', icon: <Plus />, label: t('rooms.create'), run: onCreate });
  const found = rankRooms(rooms, wanted).map(
    (item): Choice => ({
      key: item.room.id,
      icon: <Avatar id={item.room.id} name={item.room.name} size="xs" />,
      label: item.room.name,
      hint: (
        <>
          {item.room.visibility === 'private' && <Lock className="size-3.5" aria-label={t('rooms.private')} />}
          {item.unread > 0 && t('rooms.unread', { count: item.unread })}
        </>
      ),
      run: go(`/rooms/${item.room.id}`),
    }),
  );
  return [...found.slice(0, 30), ...places.filter((place) => place.label.toLocaleLowerCase().includes(wanted))];
}
