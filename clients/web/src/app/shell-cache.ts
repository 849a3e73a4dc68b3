import { useEffect, useState } from 'react';

let waiting: ServiceWorker | null = null;
const listeners = new Set<() => void>();

function found(worker: ServiceWorker | null): void {
  waiting = worker;
  for (const listener of listeners) listener();
}

/** Keeps the pages' files in the browser, so that they open at once and without a network. Where that is not possible, nothing is lost. */
export function keepShell(): void {
  if (!('serviceWorker' in navigator)) return;
  window.addEventListener('load', () => {
    navigator.serviceWorker.register('/sw.js').then(
      (registration) => {
        const look = () => {
          if (registration.waiting && navigator.serviceWorker.controller) found(registration.waiting);
        };
        look();
        registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', look));
      },
      // A browser that keeps no files still shows the pages.
      () => undefined,
    );
  });
}

/** Takes a newer version that has been fetched, once there is one; null while there is none. */
export function useUpdate(): (() => void) | null {
  const [ready, setReady] = useState(waiting !== null);
  useEffect(() => {
    const changed = () => setReady(waiting !== null);
    listeners.add(changed);
    // It may have been found since this was drawn.
    changed();
    return () => void listeners.delete(changed);
  }, []);
  if (!ready) return null;
  return () => {
    navigator.serviceWorker.addEventListener('controllerchange', () => window.location.reload());
    waiting?.postMessage('take over');
  };
}
