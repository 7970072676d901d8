import { defineConfig } from 'vite';
import react from '@vitejs/plugin-react';
import tailwind from '@tailwindcss/vite';
import { connectorChecks } from '../ops/console/connector-checks.ts';

/** Hub that the development server passes API calls to; the built console is served by the hub itself. */
const hub = process.env['HOLDFAST_CONSOLE_HUB'] ?? 'http://127.0.0.1:7080';

export default defineConfig({
  plugins: [react(), tailwind(), connectorChecks()],
  // The content security policy allows no data: fonts or scripts, so nothing is inlined.
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    // What many screens share is one file: each file costs a request with all its headers.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // What settles the language comes before every module that makes texts as it loads, so it may not stand among them. The
            // entry's own small modules stand with it, for each file costs a request.
            {
              name: 'language',
              priority: 1,
              test: /\/src\/(i18n\/(begin-language|languages|t)\.ts|shell\/theme|components\/style-nonce)|\/node_modules\/i18next\//,
            },
            { name: 'shared', minShareCount: 6, test: /node_modules|\/src\// },
          ],
        },
      },
    },
  },
  server: { host: '127.0.0.1', proxy: { '/api': hub, '/auth': hub, '/readyz': hub } },
});
