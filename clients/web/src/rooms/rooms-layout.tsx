import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Outlet, useMatch, useNavigate } from 'react-router';
import { useUser } from '../app/brook-context';
import { Splash } from '../app/splash';
import { ConnectionBanner } from './connection-banner';
import { CreateRoomDialog } from './create-room-dialog';
import { useLiveRooms } from './my-rooms';
import { Sidebar } from './sidebar';

/** What pages inside the layout may ask of it. */
export interface LayoutContext {
  create: () => void;
}

/** The list on the left and one page beside it; on a phone, one of the two. */
export default function RoomsLayout() {
  useLiveRooms();
  const { t } = useTranslation();
  const user = useUser();
  const navigate = useNavigate();
  const atList = useMatch('/rooms') !== null;
  const [creating, setCreating] = useState(false);
  const create = () => (user?.kind === 'guest' ? void navigate('/rooms/discover') : setCreating(true));
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
          className={`w-full shrink-0 flex-col border-line bg-canvas md:flex md:w-[19rem] md:border-r ${atList ? 'flex' : 'hidden'}`}
        >
          <Sidebar onCreate={create} />
        </aside>
        <main id="content" tabIndex={-1} className={`min-w-0 grow flex-col outline-none md:flex ${atList ? 'hidden' : 'flex'}`}>
          <Suspense fallback={<Splash />}>
            <Outlet context={{ create } satisfies LayoutContext} />
          </Suspense>
        </main>
      </div>
      {creating && <CreateRoomDialog onClose={() => setCreating(false)} />}
    </div>
  );
}
