/*
 * Builds the widget: the panel first, whose name carries a hash, then the loader, which knows that name, then the
 * visitor counter. Each is one file. The demo blog lies beside them.
 */
import { cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));

/** The contracts are schemas and constants: a module of them that nothing is taken from does nothing. So zod stays out. */
const moduleSideEffects = (id) => !/[\\/](libs[\\/](common|sdk)|@brook[\\/](common|sdk)|node_modules[\\/]zod)[\\/]/.test(id);

async function bundle(input, { format, name, define = {} }) {
  const file = `${root}src/${input}/main.ts`;
  const built = await build({
    root,
    configFile: false,
    logLevel: 'warn',
    define,
    build: {
      outDir: 'dist',
      emptyOutDir: false,
      target: 'es2022',
      // As a library Vite leaves the loader's import as it stands; as an application it minifies modules whole.
      ...(format === 'iife' ? { lib: { entry: { [input]: file }, formats: ['iife'], name: 'brook' } } : {}),
      rollupOptions: {
        input: { [input]: file },
        preserveEntrySignatures: format === 'es' ? 'exports-only' : false,
        treeshake: { moduleSideEffects },
        output: { format, entryFileNames: name },
      },
    },
  });
  const { output } = Array.isArray(built) ? built[0] : built;
  return output[0].fileName;
}

rmSync(`${root}dist`, { recursive: true, force: true });
const panel = await bundle('panel', { format: 'es', name: 'widget/panel-[hash].js' });
await bundle('loader', { format: 'iife', name: 'widget.js', define: { __PANEL__: JSON.stringify(panel) } });
await bundle('counter', { format: 'iife', name: 'counter.js' });
cpSync(`${root}demo`, `${root}dist/demo`, { recursive: true });
