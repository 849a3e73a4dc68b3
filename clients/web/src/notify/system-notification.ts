/** Whether the browser shows notifications at all, and whether it was allowed to: `unsupported`, or its own word. */
export const notificationPermission = (): NotificationPermission | 'unsupported' =>
  'Notification' in window ? Notification.permission : 'unsupported';

/** Asks the person, through the browser. */
export async function askForNotifications(): Promise<boolean> {
  return 'Notification' in window && (await Notification.requestPermission()) === 'granted';
}

interface Words {
  title: string;
  body: string;
  /** Notifications with the same tag replace each other. */
  tag: string;
  path: string;
}

/** Shows a notification of the system; a click leads to `path`. */
export async function notifySystem({ title, body, tag, path }: Words, open: (path: string) => void): Promise<void> {
  if (notificationPermission() !== 'granted') return;
  // Browsers of phones show notifications through the service worker only.
  const worker = await navigator.serviceWorker?.getRegistration();
  if (worker?.active) return worker.showNotification(title, { body, tag, data: path, icon: '/favicon.svg' });
  const shown = new Notification(title, { body, tag, icon: '/favicon.svg' });
  shown.onclick = () => {
    window.focus();
    open(path);
    shown.close();
  };
}
