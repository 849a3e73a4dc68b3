import { useSyncExternalStore } from 'react';

/** What a person chose for this browser. */
export interface Preferences {
  theme: 'system' | 'light' | 'dark';
  /** A sound for messages that one does not see. */
  sound: boolean;
  /** Notifications of the system while the page is hidden; the browser asks too. */
  notify: boolean;
}

const KEY = 'brook.preferences';
const DEFAULTS: Preferences = { theme: 'system', sound: true, notify: false };

const listeners = new Set<() => void>();
let present = read();

function read(): Preferences {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>) };
  } catch {
    // What somebody else wrote there, or what an older version did, is no reason to fail.
    return DEFAULTS;
  }
}

/** What is chosen now. */
export const preferences = (): Preferences => present;

/** Chooses, now and for later visits. */
export function prefer(change: Partial<Preferences>): void {
  present = { ...present, ...change };
  localStorage.setItem(KEY, JSON.stringify(present));
  applyTheme();
  for (const listener of listeners) listener();
}

/** Puts the chosen theme on the page; the style sheet does the rest. */
export function applyTheme(): void {
  const root = document.documentElement;
  if (present.theme === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = present.theme;
}

/** What is chosen, kept up to date. */
export function usePreferences(): Preferences {
  return useSyncExternalStore((changed) => {
    listeners.add(changed);
    return () => listeners.delete(changed);
  }, preferences);
}
