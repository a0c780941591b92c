import { packageTests } from '../../vitest.base.ts';

/** The tests that `mutate.ts` names. Stryker's own `testFiles` leaves mutants of constants asleep: stryker-js#6144. */
export default packageTests('handler', {
  include: (process.env.MUTATION_TESTS ?? '').split(' '),
  setupFiles: ['test/no-secrets-in-logs.ts'],
});
