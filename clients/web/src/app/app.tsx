import type { Brook } from '@brook/sdk';
import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { BrowserRouter, Navigate, Route, Routes } from 'react-router';
import { EnterPage } from '../pages/enter-page';
import { HomePage } from '../pages/home-page';
import { NotFoundPage } from '../pages/not-found-page';
import { SignUpPage } from '../pages/sign-up-page';
import { BrookContext } from './brook-context';
import { makeQueryClient } from './query-client';
import { RequireUser } from './require-user';
import { SessionGate } from './session-gate';
import { Splash } from './splash';

const RoomsLayout = lazy(() => import('../rooms/rooms-layout'));
const DiscoverPage = lazy(() => import('../rooms/discover-page'));
const RoomPage = lazy(() => import('../room/room-page'));
const SearchPage = lazy(() => import('../search/search-page'));
const MentionsPage = lazy(() => import('../search/mentions-page'));
const AdminApp = lazy(() => import('../admin/admin-app'));
const SettingsPage = lazy(() => import('../settings/settings-page'));

/** The whole client: its providers and its pages. */
export function App({ brook }: { brook: Brook }) {
  const [queries] = useState(makeQueryClient);
  return (
    <BrookContext value={brook}>
      <QueryClientProvider client={queries}>
        <BrowserRouter>
          <SessionGate>
            <Suspense fallback={<Splash />}>
              <Routes>
                <Route path="/" element={<HomePage />} />
                <Route path="/sign-up" element={<SignUpPage />} />
                <Route path="/enter" element={<EnterPage />} />
                <Route element={<RequireUser />}>
                  <Route path="/admin/*" element={<AdminApp />} />
                  <Route element={<RoomsLayout />}>
                    <Route path="/rooms" element={<DiscoverPage />} />
                    <Route path="/rooms/discover" element={<DiscoverPage />} />
                    <Route path="/rooms/:roomId" element={<RoomPage />} />
                    <Route path="/search" element={<SearchPage />} />
                    <Route path="/mentions" element={<MentionsPage />} />
                    <Route path="/settings" element={<SettingsPage />} />
                  </Route>
                </Route>
                <Route path="/index.html" element={<Navigate to="/" replace />} />
                <Route path="*" element={<NotFoundPage />} />
              </Routes>
            </Suspense>
          </SessionGate>
        </BrowserRouter>
      </QueryClientProvider>
    </BrookContext>
  );
}
