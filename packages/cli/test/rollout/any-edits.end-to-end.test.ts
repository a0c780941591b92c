import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deployInWorld, destroyRemoved, differences, startWorld } from './deploy-in-world.ts';
import { ACCOUNTS, anyEdit, edited } from './edits.ts';
import { FIRST } from './first-routes.ts';

describe('rollOut', () => {
  test('denies nothing that runs, and loses no target, whatever is edited and whatever fails', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 3 }), async (steps) => {
        const watched = startWorld();
        const { world, moments } = watched;
        let file = FIRST;
        await deployInWorld(watched, file);
        for (const step of steps) {
          const { edits, failures, failingAccounts, later, destroys, seconds } = step;
          file = edits.reduce(edited, file);
          if (destroys === 'before') destroyRemoved(world, file);
          world.pass(seconds * 1000);
          const named = file.filter((_, index) => index === step.named).map(({ name }) => name);
          await deployInWorld(watched, file, {
            ...step,
            routes: named,
            fails: ({ account }, _, count) =>
              (failures.includes(count) || failingAccounts.includes(account)) &&
              (later ? 'later' : 'at once'),
          });
          if (destroys === 'after') destroyRemoved(world, file);
        }
        destroyRemoved(world, file);
        await deployInWorld(watched, file);
        expect([moments.denied, moments.lost]).toEqual([[], []]);
        expect(differences(world, file)).toEqual([]);
      }),
      { numRuns: 500 },
    );
    // Half a minute on a machine with nothing else to do.
  }, 900_000);
});

const anyStep = fc.record({
  edits: fc.array(anyEdit, { minLength: 1, maxLength: 2 }),
  /** The numbers of the stacks that fail, in the order of the deployment. */
  failures: fc.uniqueArray(fc.nat(8), { maxLength: 2 }),
  failingAccounts: fc.subarray(ACCOUNTS, { maxLength: 2 }),
  /** Whether what fails is there for a while. */
  later: fc.boolean(),
  unreadable: fc.subarray(ACCOUNTS, { maxLength: 1 }),
  waits: fc.boolean(),
  /** The entry that is deployed by its name; all of the file where there is none. */
  named: fc.nat(4),
  interruptedAt: fc.option(fc.nat(8), { nil: Number.POSITIVE_INFINITY, freq: 6 }),
  /** When the stacks of removed routes are destroyed. */
  destroys: fc.constantFrom('before', 'after', 'never'),
  /** Since the deployment before. */
  seconds: fc.nat(400),
});
