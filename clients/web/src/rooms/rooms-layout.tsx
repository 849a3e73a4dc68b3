import { lazy, Suspense, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Outlet, useMatch, useNavigate } from 'react-router';
import { useUser } from '../app/brook-context';
import { useUpdate } from '../app/shell-cache';
import { Splash } from '../app/splash';
import { useAnnouncements } from '../notify/use-announcements';
import { Toasts } from '../ui/toast';
import { ConnectionBanner } from './connection-banner';
import { CreateRoomDialog } from './create-room-dialog';
import { useLiveRooms } from './my-rooms';
import { Sidebar } from './sidebar';
import { useShortcuts } from './use-shortcuts';

const QuickSwitcher = lazy(() => import('./quick-switcher'));
const ShortcutHelp = lazy(() => import('./shortcut-help'));

/** What pages inside the layout may ask of it. */
export interface LayoutContext {
  create: () => void;
}

type Overlay = 'create' | 'switcher' | 'shortcuts' | null;

/** The list on the left and one page beside it; on a phone, one of the two. */
export default function RoomsLayout() {
  useLiveRooms();
  useAnnouncements();
  const { t } = useTranslation();
  const user = useUser();
  const navigate = useNavigate();
  const atList = useMatch('/rooms') !== null;
  const [overlay, setOverlay] = useState<Overlay>(null);
  const create = () => (user?.kind === 'guest' ? void navigate('/rooms/discover') : setOverlay('create'));
  const close = () => setOverlay(null);
  useShortcuts(useCallback((wanted: 'switcher' | 'shortcuts') => setOverlay(wanted), []));
  return (
    <div className="flex h-dvh flex-col">
      <a
        href="#content"
        className="sr-only z-50 rounded-lg bg-accent px-4 py-2 text-on-accent focus:not-sr-only focus:absolute focus:m-3"
      >
        {t('app.skip')}
      </a>
      <ConnectionBanner />
      <div className="flex min-h-0 grow">
        <aside
          aria-label={t('rooms.title')}
          className={`w-full shrink-0 flex-col border-line bg-canvas md:flex md:w-[19rem] md:border-r ${atList ? 'flex' : 'hidden'}`}
        >
          <Sidebar onCreate={create} onSwitch={() => setOverlay('switcher')} onShortcuts={() => setOverlay('shortcuts')} />
        </aside>
        <main id="content" tabIndex={-1} className={`min-w-0 grow flex-col outline-none md:flex ${atList ? 'hidden' : 'flex'}`}>
          <Suspense fallback={<Splash />}>
            <Outlet context={{ create } satisfies LayoutContext} />
          </Suspense>
        </main>
      </div>
      <Toasts>
        <UpdateNotice />
      </Toasts>
      {overlay === 'create' && <CreateRoomDialog onClose={close} />}
      <Suspense fallback={null}>
        {overlay === 'switcher' && (
          <QuickSwitcher onClose={close} onCreate={create} onShortcuts={() => setOverlay('shortcuts')} />
        )}
        {overlay === 'shortcuts' && <ShortcutHelp onClose={close} />}
      </Suspense>
    </div>
  );
}

/** A newer version of the client has been fetched. */
function UpdateNotice() {
  const { t } = useTranslation();
  const update = useUpdate();
  if (!update) return null;
  return (
    <p className="rise flex items-center gap-3 rounded-xl border border-line bg-raised px-4 py-2.5 text-sm shadow-float">
      {t('app.update')}
      <button type="button" onClick={update} className="rounded font-medium text-accent-ink underline underline-offset-4">
        {t('connection.reload')}
      </button>
    </p>
  );
}
