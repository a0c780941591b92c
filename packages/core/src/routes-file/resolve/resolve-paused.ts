import type { Path, Report } from '../../problems/problem.ts';
import type { TargetEntry } from '../../schema/routes-schema.ts';
import type { Accounts } from './resolve-accounts.ts';

/**
 * In which accounts a target is paused.
 *
 * @param owners IDs of all accounts that the entry means
 */
export function pausedIn(
  owners: readonly string[],
  { paused = false, group }: TargetEntry,
  path: Path,
  { accounts, report }: { accounts: Accounts; report: Report },
): (account: string) => boolean {
  if (typeof paused === 'boolean') return () => paused;
  const place = [...path, 'paused'];
  if (group === undefined) {
    const message = 'expected true or false for a target without "group", got a list';
    report(place, 'paused-accounts', message, 'write "paused: true"');
    return () => false;
  }
  const ids = paused.flatMap((written: string | undefined, index) => {
    if (written === undefined) return [];
    const [id] = accounts.account(written, [...place, index]);
    if (id === undefined || owners.includes(id)) return id ?? [];
    const message = `expected accounts of group ${JSON.stringify(group)}, got ${JSON.stringify(written)}`;
    report([...place, index], 'paused-accounts', message, 'remove it, or name an account of the group');
    return [];
  });
  return (account) => ids.includes(account);
}
