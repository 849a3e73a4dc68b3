import { ArrowRight, ListOrdered, Server, WifiOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useUser } from '../app/brook-context';
import { useTitle } from '../app/use-title';
import { LinkButton } from '../ui/button';
import { FrontPage, TextLink } from './front-page';
import { HomePreview } from './home-preview';

/** The first page: what this is, and the ways in. */
export function HomePage() {
  const { t } = useTranslation();
  const user = useUser();
  useTitle(undefined);
  return (
    <FrontPage
      actions={
        !user && (
          <LinkButton to="/enter" look="plain" size="sm" className="max-sm:hidden">
            {t('home.enter')}
          </LinkButton>
        )
      }
    >
      <main className="mx-auto flex w-full max-w-6xl grow flex-col justify-center px-5 pt-8 pb-14 sm:px-8 sm:pt-4">
        <div className="grid items-center gap-12 lg:grid-cols-[1.08fr_1fr] lg:gap-16">
          <div>
            <h1 className="text-[2.25rem] leading-[1.12] font-semibold tracking-[-0.025em] text-balance sm:text-[3.25rem]">
              {t('home.title')}
            </h1>
            <p className="mt-5 max-w-lg text-[17px] leading-relaxed text-pretty text-ink-soft">{t('home.lead')}</p>
            <div className="mt-8 flex flex-col gap-3 sm:flex-row">{user ? <OpenRooms /> : <WaysIn />}</div>
            {!user && (
              <p className="mt-5 text-center text-sm sm:text-left">
                <TextLink to="/enter?guest">{t('home.guest')}</TextLink>
              </p>
            )}
          </div>
          <HomePreview />
        </div>
        <ul className="mt-16 grid gap-6 sm:grid-cols-3 sm:gap-8">
          <Point icon={<ListOrdered />} title={t('home.points.order.title')} text={t('home.points.order.text')} />
          <Point icon={<WifiOff />} title={t('home.points.network.title')} text={t('home.points.network.text')} />
          <Point icon={<Server />} title={t('home.points.yours.title')} text={t('home.points.yours.text')} />
        </ul>
      </main>
    </FrontPage>
  );
}

function OpenRooms() {
  const { t } = useTranslation();
  return (
    <LinkButton to="/rooms" size="lg">
      {t('home.open')}
      <ArrowRight className="size-4" aria-hidden="true" />
    </LinkButton>
  );
}

function WaysIn() {
  const { t } = useTranslation();
  return (
    <>
      <LinkButton to="/sign-up" size="lg">
        {t('home.signUp')}
      </LinkButton>
      <LinkButton to="/enter" look="quiet" size="lg">
        {t('home.enter')}
      </LinkButton>
    </>
  );
}

function Point({ icon, title, text }: { icon: ReactNode; title: string; text: string }) {
  return (
    <li className="flex gap-3.5 sm:flex-col">
      <span className="grid size-9 shrink-0 place-items-center rounded-[10px] bg-accent-soft text-accent-ink [&_svg]:size-[18px]">
        {icon}
      </span>
      <div>
        <h2 className="font-medium">{title}</h2>
        <p className="mt-0.5 text-sm text-ink-soft">{text}</p>
      </div>
    </li>
  );
}
