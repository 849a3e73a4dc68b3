import { commandLine, isAlive, parentOf } from '@brook/common/embedded';

const LOOK_EVERY_MS = 500;

/**
 * Calls `onGone` once when the `npm` that runs this launcher has ended without passing a signal on (killed with -9): a
 * person who ends `npm start` means the whole. Does nothing for a launcher that was started without npm.
 */
export function watchNpm(onGone: () => void): void {
  const npm = process.env['npm_lifecycle_event'] === undefined ? undefined : npmAbove(process.pid);
  if (npm === undefined) return;
  const timer = setInterval(() => {
    if (isAlive(npm)) return;
    clearInterval(timer);
    onGone();
  }, LOOK_EVERY_MS);
  timer.unref();
}

/** npm starts a shell that starts the script: it is one of the next two processes above. */
function npmAbove(pid: number): number | undefined {
  const parent = parentOf(pid);
  const grandparent = parent === undefined ? undefined : parentOf(parent);
  return [parent, grandparent].find((above) => above !== undefined && /^npm\b|\bnpm-cli\.js\b/.test(commandLine(above)));
}
