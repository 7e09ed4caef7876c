import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// `npx vite apps/web` serves the app with hot reload against a Petrel that runs on its default port.
const petrel = process.env.PETREL_URL ?? 'http://127.0.0.1:7070';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: '../server/dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // light-dark() is left as it is: lowered, it would follow the system's colour scheme and not the reader's choice.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    chunkSizeWarningLimit: 900,
  },
  server: {
    host: '127.0.0.1',
    // Live tails are WebSockets below /api.
    proxy: { '/api': { target: petrel, ws: true }, '/loki': petrel, '/-/': petrel, '/metrics': petrel },
  },
});
