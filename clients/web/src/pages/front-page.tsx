import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { LanguageButton } from '../app/language-button';
import { Logo } from '../ui/logo';

/** The frame of the pages before one is in: the name, the language, and room for one thing. */
export function FrontPage({ children, actions }: { children: ReactNode; actions?: ReactNode }) {
  return (
    <div className="scroll-calm flex h-full flex-col overflow-y-auto bg-canvas">
      <header className="mx-auto flex w-full max-w-6xl items-center justify-between gap-3 px-5 py-4 sm:px-8 sm:py-6">
        <Link to="/" className="flex items-center gap-2.5 rounded-lg text-[17px] font-semibold tracking-tight">
          <Logo className="size-8" />
          Brook
        </Link>
        <div className="flex items-center gap-1">
          <LanguageButton />
          {actions}
        </div>
      </header>
      {children}
    </div>
  );
}

/** A card in the middle of a front page: a heading, a line, and a form. */
export function FrontCard({
  title,
  lead,
  children,
  footer,
}: {
  title: string;
  lead: string;
  children: ReactNode;
  footer: ReactNode;
}) {
  return (
    <FrontPage>
      <main className="flex grow flex-col items-center px-4 pt-4 pb-16 sm:justify-center sm:pt-0">
        <div className="rise w-full max-w-[25rem]">
          <div className="rounded-2xl border border-line bg-surface p-6 sm:p-8 sm:shadow-float">
            <h1 className="text-[22px] font-semibold tracking-tight">{title}</h1>
            <p className="mt-1 mb-6 text-ink-faint">{lead}</p>
            {children}
          </div>
          <div className="mt-6 text-center text-sm text-ink-soft">{footer}</div>
        </div>
      </main>
    </FrontPage>
  );
}

/** A link within a sentence. */
export function TextLink({ to, children }: { to: string; children: ReactNode }) {
  return (
    <Link to={to} className="rounded font-medium text-accent-ink underline-offset-4 hover:underline">
      {children}
    </Link>
  );
}
