import { Check } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../ui/avatar';

/** A drawing of a conversation, hidden from readers: it says nothing that the page does not. */
export function HomePreview() {
  const { t } = useTranslation();
  const lines = [
    { id: 'dana', name: 'Dana', time: '9:12', text: t('home.preview.first') },
    { id: 'minjun', name: '민준', time: '9:13', text: t('home.preview.second') },
    { id: 'dana', name: 'Dana', time: '9:13', text: t('home.preview.third') },
  ];
  return (
    <div aria-hidden="true" className="overflow-hidden rounded-2xl border border-line bg-surface shadow-float select-none">
      <div className="flex items-center gap-2.5 border-b border-line px-5 py-3.5">
        <Avatar id="river" name={t('home.preview.room')} size="sm" />
        <span className="font-medium">{t('home.preview.room')}</span>
        <span className="ml-auto flex -space-x-1.5">
          {['dana', 'minjun', 'alex'].map((id) => (
            <span key={id} className="relative rounded-md ring-2 ring-surface">
              <Avatar id={id} name={id === 'minjun' ? '민준' : id} size="xs" />
            </span>
          ))}
        </span>
      </div>
      <div className="flex flex-col gap-5 px-5 py-6">
        {lines.map((line) => (
          <div key={line.text} className="flex gap-3">
            <Avatar id={line.id} name={line.name} />
            <div className="min-w-0">
              <p className="flex items-baseline gap-2">
                <span className="text-sm font-semibold">{line.name}</span>
                <span className="text-xs text-ink-faint">{line.time}</span>
              </p>
              <p>{line.text}</p>
            </div>
          </div>
        ))}
      </div>
      <div className="m-4 mt-0 flex h-11 items-center justify-between rounded-xl border border-line-strong px-3.5 text-ink-faint">
        <span className="h-4 w-px animate-pulse bg-accent" />
        <Check className="size-4" />
      </div>
    </div>
  );
}
