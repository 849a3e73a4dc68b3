/**
 * Calls `nudge` when a browser says that its network is back or that its page is looked at again; timers may have
 * slept until then. Returns how to stop. Elsewhere nothing happens.
 */
export function onWakeUp(nudge: () => void): () => void {
  if (!('document' in globalThis)) return () => undefined;
  const visible = () => {
    if (document.visibilityState === 'visible') nudge();
  };
  window.addEventListener('online', nudge);
  document.addEventListener('visibilitychange', visible);
  return () => {
    window.removeEventListener('online', nudge);
    document.removeEventListener('visibilitychange', visible);
  };
}
