import { packageTests } from '../../vitest.base.ts';

export default packageTests('foreign', {
  globalSetup: ['setup.ts'],
  // A test runs the CDK up to eight times, each in a process that takes a core for a second or two.
  testTimeout: 600_000,
  hookTimeout: 600_000,
});
