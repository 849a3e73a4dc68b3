import { readdirSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aptInstall, isRootOnDebian } from '@brook/common/embedded';

const LIBRARIES = '/usr/lib';

/** A wall clock that can be set for processes started with `env`; their monotonic clock runs on. */
export class FakeClock {
  readonly env: NodeJS.ProcessEnv;
  readonly #file: string;

  private constructor(library: string, file: string) {
    this.#file = file;
    this.set(0);
    this.env = {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_DONT_RESET: '1',
    };
  }

  /**
   * A clock of this name, its file in `folder`. Finds libfaketime; as root on Debian installs it, after saying so.
   * @returns undefined, after one sentence, where this system has none
   */
  static find(folder: string, name: string): FakeClock | undefined {
    let library = findLibrary();
    if (!library && isRootOnDebian()) {
      process.stdout.write('Installing libfaketime with apt, for the tests of clock steps.\n');
      aptInstall(['libfaketime']);
      library = findLibrary();
    }
    if (library) return new FakeClock(library, join(folder, `clock-${name}`));
    process.stdout.write('Clock steps are not tried: there is no libfaketime here (Debian: apt-get install libfaketime).\n');
    return undefined;
  }

  /** Puts the clock `seconds` before or after the true one. */
  set(seconds: number): void {
    writeFileSync(this.#file, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}\n`);
  }
}

/** Debian keeps it below the folder of the machine's architecture. */
function findLibrary(): string | undefined {
  if (!existsSync(LIBRARIES)) return undefined;
  const candidates = readdirSync(LIBRARIES).map((name) => join(LIBRARIES, name, 'faketime', 'libfaketimeMT.so.1'));
  return candidates.find((path) => existsSync(path));
}
