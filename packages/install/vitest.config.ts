import { packageTests } from '../../vitest.base.ts';

export default packageTests('install', {
  globalSetup: ['setup.ts'],
  // A package manager may download 60 MB.
  testTimeout: 600_000,
  hookTimeout: 600_000,
});
