import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

/** Writes `sw.js`: the service worker with the names of all built files in it, and a version that changes with them. */
export function shellCache(): Plugin {
  return {
    name: 'shell-cache',
    apply: 'build',
    generateBundle(_options, bundle) {
      const files = Object.keys(bundle)
        .filter((name) => name.startsWith('assets/') && !name.endsWith('.map'))
        .map((name) => `/${name}`)
        .sort();
      const source = readFileSync(fileURLToPath(new URL('./src/service-worker.js', import.meta.url)), 'utf8');
      const version = createHash('sha256').update(source).update(files.join()).digest('hex').slice(0, 12);
      const filled = source
        .replace('/* files */ []', JSON.stringify(['/favicon.svg', ...files]))
        .replace("/* version */ ''", `'${version}'`);
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: filled });
    },
  };
}
