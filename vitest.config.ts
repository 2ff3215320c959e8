import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // A process per file: tests load native code, and what that breaks must not reach the next file.
    pool: 'forks',
    maxWorkers: 2,
    // Compilers and child processes on a slow, shared machine.
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
