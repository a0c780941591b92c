import { defineProject } from 'vitest/config';

export default defineProject({
  test: {
    name: 'cli',
    // Most of these run the command as a process, and the local AWS in it.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    include: ['test/**/*.test.ts'],
  },
});
