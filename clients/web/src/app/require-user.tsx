import { Navigate, Outlet, useLocation } from 'react-router';
import { useUser } from './brook-context';

/** Pages for people who are signed in; others are asked to enter first, and brought back afterwards. */
export function RequireUser() {
  const user = useUser();
  const { pathname, search } = useLocation();
  if (!user) return <Navigate to={`/enter?next=${encodeURIComponent(pathname + search)}`} replace />;
  return <Outlet />;
}

/** Where to go after entering: a path of this client only, never another site. */
export function nextPath(params: URLSearchParams): string {
  const next = params.get('next') ?? '';
  return /^\/(?:rooms(?:\/[\w-]+)?(?:\?message=\d+)?|settings|search|mentions|admin(?:\/[\w/-]*)?)$/.test(next) ? next : '/rooms';
}
