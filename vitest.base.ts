import { defineProject, type UserWorkspaceConfig } from 'vitest/config';

/** What the tests of all packages have in common. */
export function packageTests(name: string, test: UserWorkspaceConfig['test'] = {}): UserWorkspaceConfig {
  return defineProject({
    test: {
      name,
      include: ['test/**/*.test.ts'],
      // No test asserts on time: these only end what hangs, on the slowest machine too.
      testTimeout: 120_000,
      hookTimeout: 120_000,
      ...test,
    },
  });
}
