import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // A process per file: tests load native code, and what that breaks must not reach the next file.
    pool: 'forks',
    maxWorkers: 2,
    // For what hangs only: compilers and child processes may be slow on a shared machine.
    testTimeout: 120_000,
    hookTimeout: 600_000,
  },
});
