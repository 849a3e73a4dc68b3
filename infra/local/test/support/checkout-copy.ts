import { cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const LEFT_BEHIND = new Set(['.git', '.data', 'dist', 'coverage']);

/** A copy of this checkout, or of parts of it with the files of its root, on the same installed packages. */
export interface CheckoutCopy {
  folder: string;
  /** Writes a file of the copy. */
  plant(path: string, text: string): void;
  /** Takes a planted file away again. */
  uproot(path: string): void;
  remove(): void;
}

/** Copies `parts` (all of it without them). Installed packages are linked, outputs are left behind. */
export function copyCheckout(parts?: string[]): CheckoutCopy {
  const folder = mkdtempSync(join(tmpdir(), 'brook-copy-'));
  const files = readdirSync(root, { withFileTypes: true });
  const wanted = parts ?? files.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const atRoot = files.filter((entry) => entry.isFile()).map(({ name }) => name);
  for (const path of [...atRoot, ...wanted]) copy(path, folder);
  if (!existsSync(join(folder, 'node_modules'))) symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    plant(path, text) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    },
    uproot: (path) => rmSync(join(folder, path)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function copy(path: string, folder: string): void {
  const name = path.split('/').at(-1) ?? path;
  if (LEFT_BEHIND.has(name) || name.endsWith('.tsbuildinfo')) return;
  const from = join(root, path);
  const to = join(folder, path);
  mkdirSync(dirname(to), { recursive: true });
  if (name === 'node_modules') symlinkSync(from, to);
  else if (lstatSync(from).isDirectory()) for (const child of readdirSync(from)) copy(join(path, child), folder);
  else cpSync(from, to, { verbatimSymlinks: true });
}
