import { defineConfig } from 'vitest/config';

// Two projects: `unit` tests stand beside the code and are fast; `integration` tests (`*.it.test.ts`) start
// servers, stores or a browser and run one file at a time.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/**/*.test.ts', 'apps/**/*.test.{ts,tsx}', 'docs/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: ['**/*.it.test.ts', '**/node_modules/**', '**/dist/**'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['packages/**/*.it.test.ts', 'apps/**/*.it.test.ts', 'bench/**/*.it.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
