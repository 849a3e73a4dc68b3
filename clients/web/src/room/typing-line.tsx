import type { Profile } from '@brook/common/contracts';
import { useTranslation } from 'react-i18next';

/** Who is writing, in a line that keeps its height when nobody is. */
export function TypingLine({ people }: { people: readonly Profile[] }) {
  const { t } = useTranslation();
  const [first, second, third] = people;
  const text = third
    ? t('room.typingMany')
    : second && first
      ? t('room.typingTwo', { name: first.displayName, other: second.displayName })
      : first
        ? t('room.typingOne', { name: first.displayName })
        : '';
  return (
    <p role="status" className="column flex h-6 shrink-0 items-center gap-2 truncate px-5 text-xs text-ink-faint sm:px-7">
      {text !== '' && <Dots />}
      {text}
    </p>
  );
}

function Dots() {
  return (
    <span aria-hidden="true" className="flex gap-0.5">
      <i className="breathe size-1 rounded-full bg-current" />
      <i className="breathe size-1 rounded-full bg-current [animation-delay:200ms]" />
      <i className="breathe size-1 rounded-full bg-current [animation-delay:400ms]" />
    </span>
  );
}
