import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { canListen, StartupError } from '@brook/common/embedded';
import { portHolder } from './port-holder.js';

const NEEDED_MB = 200;

/** Throws StartupError when the disk under the data folder is nearly full: databases fail badly there. */
export function checkDisk(folder: string): void {
  let existing = folder;
  while (!existsSync(existing)) existing = dirname(existing);
  const { bavail, bsize } = statfsSync(existing);
  const freeMb = Math.floor((bavail * bsize) / 1024 / 1024);
  if (freeMb >= NEEDED_MB) return;
  throw new StartupError(
    `The disk of ${folder} has only ${freeMb} MB free and Brook needs ${NEEDED_MB} MB: make room, or set BROOK_DATA_DIR.`,
  );
}

/** Throws StartupError, naming the holder where the system tells, when the public port is taken on an address. */
export async function checkPort(port: number, hosts: string[]): Promise<void> {
  for (const host of hosts) {
    if (await canListen(port, host)) continue;
    // A machine without IPv6 cannot listen there either; that is not somebody else's doing.
    const holder = portHolder(port);
    if (host === '::1' && holder === undefined) continue;
    const who = holder === undefined ? 'another program' : `process ${holder.pid} (${holder.command})`;
    throw new StartupError(
      `Port ${port} is already in use by ${who}: stop it, or start Brook with another port, for example "PORT=${nextPort(port)} npm start".`,
    );
  }
}

const nextPort = (port: number) => (port < 65_535 ? port + 1 : port - 1);
