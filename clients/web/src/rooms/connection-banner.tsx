import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBrook, useConnection } from '../app/brook-context';
import { Spinner } from '../ui/spinner';

/** A break shorter than this is not worth a word. */
const PATIENCE_MS = 800;

/** Says that there is no connection, and when the next attempt is; nothing while all is well. */
export function ConnectionBanner() {
  const { t } = useTranslation();
  const brook = useBrook();
  const state = useConnection();
  const online = state.status === 'online' || state.status === 'idle';
  const late = useAfter(PATIENCE_MS, !online);
  const seconds = useSecondsUntil(state.status === 'waiting' ? state.retryAt : null);
  if (online || !late) return null;
  if (state.status === 'closed') {
    return (
      <Bar look="bg-danger-soft text-danger" action={{ label: t('connection.reload'), run: () => window.location.reload() }}>
        {t('connection.closed')}
      </Bar>
    );
  }
  return (
    <Bar look="bg-warn-soft text-warn" action={{ label: t('connection.tryNow'), run: () => brook.reconnectNow() }}>
      <Spinner className="size-3.5 shrink-0" />
      <span>
        {t('connection.lost')} {seconds !== null && seconds > 0 && t('connection.retryIn', { count: seconds })}
      </span>
    </Bar>
  );
}

function Bar({
  look,
  children,
  action,
}: {
  look: string;
  children: React.ReactNode;
  action: { label: string; run: () => void };
}) {
  return (
    <div role="status" className={`rise flex shrink-0 items-center gap-2.5 px-4 py-2 text-[13px] ${look}`}>
      {children}
      <button type="button" onClick={action.run} className="ml-auto shrink-0 rounded font-medium underline underline-offset-4">
        {action.label}
      </button>
    </div>
  );
}

/** Whether `condition` has held for `ms`. */
function useAfter(ms: number, condition: boolean): boolean {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (!condition) return;
    const timer = setTimeout(() => setHeld(true), ms);
    return () => {
      clearTimeout(timer);
      setHeld(false);
    };
  }, [ms, condition]);
  return held;
}

/** Whole seconds until a Unix time in milliseconds, counted down; null where there is none. */
function useSecondsUntil(time: number | null): number | null {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (time === null) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [time]);
  return time === null ? null : Math.max(0, Math.ceil((time - now) / 1000));
}
