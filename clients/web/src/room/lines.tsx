import { useTranslation } from 'react-i18next';
import { moment } from '../i18n/moments';
import type { Note } from './timeline';

/** Where a new day begins. */
export function DayLine({ date }: { date: Date }) {
  const { t, i18n } = useTranslation();
  const today = new Date();
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  const label = sameDay(date, today)
    ? t('room.today')
    : sameDay(date, yesterday)
      ? t('room.yesterday')
      : date.toLocaleDateString(i18n.language, {
          weekday: 'long',
          month: 'long',
          day: 'numeric',
          ...(date.getFullYear() === today.getFullYear() ? {} : { year: 'numeric' }),
        });
  return (
    <div
      role="separator"
      className="mx-4 mt-5 mb-1 flex items-center gap-3 text-xs font-medium text-ink-faint before:h-px before:grow before:bg-line after:h-px after:grow after:bg-line sm:mx-6"
    >
      {label}
    </div>
  );
}

const sameDay = (a: Date, b: Date): boolean => a.toDateString() === b.toDateString();

/** Where what one has not read begins. */
export function UnreadLine() {
  const { t } = useTranslation();
  return (
    <div
      role="separator"
      className="mx-4 mt-4 mb-1 flex items-center gap-3 text-xs font-semibold text-danger before:h-px before:grow before:bg-danger/45 sm:mx-6"
    >
      {t('room.newMessages')}
    </div>
  );
}

/** Somebody came or went. */
export function NoteLine({ note }: { note: Note }) {
  const { t, i18n } = useTranslation();
  const time = moment(new Date(note.at), 'time', i18n.language);
  return (
    <p className="mx-4 mt-2.5 mb-1 text-center text-[13px] text-ink-faint sm:mx-6">
      {t(note.kind === 'joined' ? 'room.joinedNote' : 'room.leftNote', { name: note.user.displayName })}
      <span className="ml-2 text-2xs tabular-nums">{time}</span>
    </p>
  );
}
