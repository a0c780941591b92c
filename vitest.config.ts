import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // The foreign AWS and the installed packages are tasks of their own: docs/testing.md.
    projects: ['packages/*', '!packages/foreign', '!packages/install', 'examples'],
  },
});
