/** What came of it: a proof to trade for a session, or why there is none (`popup`, `closed`, or a code of the server). */
export type WindowAnswer = { proof: string } | { error: string };

const WATCH_MS = 500;

/**
 * Asks GitHub who the visitor is, in a window of the server's own; to be called by a click. Only that window is listened to,
 * and only while it shows the server.
 */
export function askGithub(base: string, { language, signal }: { language: string; signal: AbortSignal }): Promise<WindowAnswer> {
  const query = new URLSearchParams({ site: location.origin, language });
  const opened = open(`${base}/auth/github?${query}`, '_blank', 'popup,width=520,height=680');
  if (!opened) return Promise.resolve({ error: 'popup' });
  return new Promise((resolve) => {
    let closed = false;
    const done = (answer: WindowAnswer) => {
      clearInterval(watch);
      removeEventListener('message', heard);
      resolve(answer);
    };
    const heard = ({ origin, source, data }: MessageEvent) => {
      if (origin === base && source === opened && data?.type === 'brook.signed-in') done(data as WindowAnswer);
    };
    const watch = setInterval(() => {
      // What it said before it closed may be on its way still.
      if (closed) done({ error: 'closed' });
      closed = opened.closed;
    }, WATCH_MS);
    addEventListener('message', heard);
    signal.addEventListener('abort', () => {
      opened.close();
      done({ error: 'closed' });
    });
  });
}
