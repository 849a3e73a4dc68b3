import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { shellCache } from './shell-cache-plugin.ts';

/** Where the gateway of `npm start` listens, for `vite` with live reload. */
const gateway = process.env['BROOK_URL'] ?? 'http://localhost:8080';

export default defineConfig({
  plugins: [react(), tailwindcss(), shellCache()],
  build: {
    outDir: 'dist',
    // The page's policy allows no data: fonts or scripts; files stay files.
    assetsInlineLimit: 0,
    rollupOptions: {
      treeshake: {
        // The contracts are schemas and constants: a module of them that nothing is taken from does nothing. So zod stays out.
        moduleSideEffects: (id) => !/[\\/](libs[\\/](common|sdk)|@brook[\\/](common|sdk)|node_modules[\\/]zod)[\\/]/.test(id),
      },
    },
  },
  server: { proxy: { '/api': gateway, '/ws': { target: gateway, ws: true } } },
});
