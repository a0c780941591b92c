import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // The foreign AWS is a task of its own: docs/testing.md.
    projects: ['packages/*', '!packages/foreign', 'examples'],
  },
});
