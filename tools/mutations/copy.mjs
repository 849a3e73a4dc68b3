import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

const LEFT_BEHIND = new Set(['.git', '.data', 'coverage', 'node_modules']);

/**
 * Copies the checkout `root` with what was built there into `folder`. Installed packages are linked; those of the
 * workspaces are linked to the copy, so that nothing of it runs the original's code.
 */
export function copyCheckout(root, folder) {
  cpSync(root, folder, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => path === root || !LEFT_BEHIND.has(basename(path)),
  });
  linkPackages(root, folder, '.');
  for (const group of ['libs', 'services', 'clients', '.']) {
    for (const name of readdirSync(join(root, group))) {
      const path = relative('.', join(group, name));
      if (!LEFT_BEHIND.has(name) && existsSync(join(root, path, 'node_modules'))) linkPackages(root, folder, path);
    }
  }
}

function linkPackages(root, folder, path) {
  const from = join(root, path, 'node_modules');
  const to = join(folder, path, 'node_modules');
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (name.startsWith('@') && readdirSync(join(from, name)).some((child) => isLink(join(from, name, child)))) {
      // npm links workspaces by relative paths: the same link, in the copy, leads to the copy.
      mkdirSync(join(to, name));
      for (const child of readdirSync(join(from, name))) link(join(from, name, child), join(to, name, child));
    } else link(join(from, name), join(to, name));
  }
}

const link = (from, to) => symlinkSync(isLink(from) ? readlinkSync(from) : from, to);
const isLink = (path) => lstatSync(path).isSymbolicLink();
