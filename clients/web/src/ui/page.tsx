import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

/** A page beside the list of rooms: its name, what it is for, and its content in a column. */
export function Page({
  title,
  lead,
  children,
  fill = false,
}: {
  title: string;
  lead?: string;
  children: ReactNode;
  fill?: boolean;
}) {
  const { t } = useTranslation();
  return (
    <div
      className={fill ? 'flex min-h-0 grow flex-col' : 'scroll-calm min-h-0 grow overflow-y-auto'}
      {...(fill ? {} : { tabIndex: 0 })}
    >
      <div className={`mx-auto w-full max-w-3xl px-4 pt-3 sm:px-8 md:pt-8 ${fill ? 'flex min-h-0 grow flex-col' : 'pb-16'}`}>
        <header className="mb-4 flex items-start gap-2">
          <Link
            to="/rooms"
            aria-label={t('room.back')}
            className="-ml-1.5 grid size-9 shrink-0 place-items-center rounded-lg text-ink-soft hover:bg-hover md:hidden"
          >
            <ArrowLeft className="size-[18px]" />
          </Link>
          <div className="min-w-0 grow pt-1 md:pt-0">
            <h1 className="text-xl font-semibold tracking-tight md:text-2xl">{title}</h1>
            {lead && <p className="mt-0.5 text-sm text-ink-faint">{lead}</p>}
          </div>
        </header>
        {children}
      </div>
    </div>
  );
}
