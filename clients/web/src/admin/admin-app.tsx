import { Activity, ArrowLeft, Code2, DoorOpen, MessagesSquare, ScrollText, Users } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { Link, NavLink, Route, Routes, useLocation } from 'react-router';
import { useUser } from '../app/brook-context';
import { EmptyState } from '../ui/empty-state';
import { Logo } from '../ui/logo';
import { AuditPage } from './audit-page';
import { ConversationsPage } from './conversations-page';
import { OverviewPage } from './overview-page';
import { useConversations, useLiveConversations } from './queries';
import { RoomsPage } from './rooms-page';
import { useTexts } from './texts';
import { UsersPage } from './users-page';
import { WidgetPage } from './widget-page';

/** The console, for admins only; the server asks for the role with every request anyway. */
export default function AdminApp() {
  const user = useUser();
  const texts = useTexts();
  if (user?.role === 'admin') return <Console />;
  return (
    <main className="grid h-full place-items-center">
      <EmptyState title={texts.refused} action={<Link to="/rooms">{texts.back}</Link>} />
    </main>
  );
}

function Console() {
  const texts = useTexts();
  useLiveConversations();
  const unread = useConversations('open').data?.unread ?? 0;
  const nav = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // On a phone the row is longer than the screen; the badge moves what stands behind it.
  const badged = unread > 0;
  useEffect(() => {
    if (!pathname && !badged) return;
    nav.current?.querySelector('[aria-current=page]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [pathname, badged]);
  return (
    <div className="flex h-full flex-col bg-canvas md:flex-row">
      <nav
        ref={nav}
        aria-label={texts.console}
        className="scroll-calm flex shrink-0 gap-1 overflow-x-auto border-line border-b bg-surface p-2 md:w-56 md:flex-col md:border-r md:border-b-0 md:p-3"
      >
        <p className="mb-3 hidden items-center gap-2.5 px-2 pt-1 font-semibold md:flex">
          <Logo className="size-7" />
          {texts.console}
        </p>
        <Place to="/admin" end icon={<Activity />} label={texts.overview} />
        <Place to="/admin/conversations" icon={<MessagesSquare />} label={texts.conversations} badge={unread} />
        <Place to="/admin/users" icon={<Users />} label={texts.users} />
        <Place to="/admin/rooms" icon={<DoorOpen />} label={texts.rooms} />
        <Place to="/admin/audit" icon={<ScrollText />} label={texts.audit} />
        <Place to="/admin/widget" icon={<Code2 />} label={texts.widget} />
        <span className="grow" />
        <Place to="/rooms" icon={<ArrowLeft />} label={texts.back} />
      </nav>
      <Routes>
        <Route index element={<OverviewPage />} />
        <Route path="conversations" element={<ConversationsPage />} />
        <Route path="conversations/:roomId" element={<ConversationsPage />} />
        <Route path="users" element={<UsersPage />} />
        <Route path="rooms" element={<RoomsPage />} />
        <Route path="audit" element={<AuditPage />} />
        <Route path="widget" element={<WidgetPage />} />
        <Route path="*" element={<OverviewPage />} />
      </Routes>
    </div>
  );
}

interface PlaceProps {
  to: string;
  icon: ReactNode;
  label: string;
  badge?: number;
  end?: boolean;
}

function Place({ to, icon, label, badge = 0, end = false }: PlaceProps) {
  const texts = useTexts();
  return (
    <NavLink
      to={to}
      end={end}
      className={({ isActive }) =>
        `flex shrink-0 items-center gap-2.5 rounded-lg px-2.5 py-2 text-sm [&_svg]:size-[18px] [&_svg]:shrink-0 ${
          isActive ? 'bg-accent-soft font-medium text-accent-ink' : 'text-ink-soft hover:bg-hover hover:text-ink'
        }`
      }
    >
      {icon}
      <span className="grow whitespace-nowrap">{label}</span>
      {badge > 0 && (
        <span
          data-testid="unread"
          className="min-w-5 rounded-full bg-accent px-1.5 text-center text-xs leading-5 font-semibold text-on-accent"
        >
          {badge}
          <span className="sr-only"> {texts.unread}</span>
        </span>
      )}
    </NavLink>
  );
}
