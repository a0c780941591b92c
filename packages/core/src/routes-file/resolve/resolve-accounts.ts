import { didYouMean } from '../../problems/nearest.ts';
import type { Path, Report } from '../../problems/problem.ts';
import { few } from '../../values/few.ts';
import type { SoundFile } from './sound-part.ts';

/** Turns names of accounts and groups into account IDs. What is not known is reported, and resolves to nothing. */
export interface Accounts {
  account(written: string, path: Path): string[];
  group(written: string, path: Path): string[];
}

const DEEPEST_GROUPS = 50;
/** How many names a message lists. */
const MOST_NAMES = 10;

export function resolveAccounts(file: Pick<SoundFile, 'accounts' | 'groups'>, report: Report): Accounts {
  const accounts = new Map(Object.entries(file.accounts));
  const groups = new Map(Object.entries(file.groups));
  for (const name of groups.keys()) {
    if (accounts.has(name)) {
      const message = `${JSON.stringify(name)} is the name of an account too`;
      report(['groups', name], 'ambiguous-name', message, 'give the group another name');
    }
  }

  const known = [...accounts.keys()];
  const account = (written: string, path: Path, otherNames: readonly string[] = []): string[] => {
    const id = /^\d{12}$/.test(written) ? written : accounts.get(written)?.id;
    if (id !== undefined) return [id];
    const names = known.length > 0 ? `one of ${few(known, MOST_NAMES)}` : 'a name from "accounts"';
    const message = `account ${JSON.stringify(written)} is not known, expected ${names}, or 12 digits`;
    const hint = /^\d+$/.test(written)
      ? `an account ID has 12 digits, this has ${written.length}`
      : (didYouMean(written, otherNames.length > 0 ? [...known, ...otherNames] : known) ??
        'add it to "accounts"');
    report(path, 'unknown-account', message, hint);
    return [];
  };

  /** The accounts of every group, each once. Each group is resolved once, and so reported once. */
  const resolved = new Map<string, string[]>();
  const membersOf = (name: string, above: readonly string[]): string[] => {
    const done = resolved.get(name);
    if (done !== undefined) return done;
    const within = [...above, name];
    const ids = (groups.get(name) ?? []).flatMap((member, index) => {
      const path = ['groups', name, index];
      if (member === undefined) return [];
      if (above.length >= DEEPEST_GROUPS) {
        const message = `expected groups within groups at most ${DEEPEST_GROUPS} deep`;
        report(path, 'cyclic-group', message, 'name the accounts');
        return [];
      }
      if (!groups.has(member)) return account(member, path, [...groups.keys()]);
      if (within.includes(member)) {
        const circle = [...within.slice(within.indexOf(member)), member].join(' → ');
        report(
          path,
          'cyclic-group',
          `group ${JSON.stringify(member)} is in itself: ${circle}`,
          'remove it here',
        );
        return [];
      }
      return membersOf(member, within);
    });
    const unique = [...new Set(ids)];
    resolved.set(name, unique);
    return unique;
  };
  for (const name of groups.keys()) membersOf(name, []);

  return {
    account,
    group(written, path) {
      const ids = resolved.get(written);
      if (ids !== undefined) return ids;
      const names = [...groups.keys()];
      const allowed = names.length > 0 ? `one of ${few(names, MOST_NAMES)}` : 'a name from "groups"';
      const message = `group ${JSON.stringify(written)} is not known, expected ${allowed}`;
      report(path, 'unknown-group', message, didYouMean(written, names) ?? 'add it to "groups"');
      return [];
    },
  };
}
