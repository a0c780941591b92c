import { parseYaml } from '../yaml/parse-yaml.ts';
import { resolveAccounts } from './resolve/resolve-accounts.ts';
import { soundPart } from './resolve/sound-part.ts';

/** The accounts that a name of a routes file means. */
export interface NamedAccounts {
  /** Which of the two the name is. */
  kind: 'account' | 'group';
  /** IDs of the accounts: one, or all of the group. */
  ids: string[];
}

/**
 * The accounts that a person means by a name from `accounts`, by 12 digits, or by a name from `groups`; undefined for any
 * other.
 *
 * @param text a valid routes file
 */
export function accountIds(text: string, name: string): NamedAccounts | undefined {
  let isKnown = true;
  const accounts = resolveAccounts(soundPart(parseYaml(text, '').value, []), () => {
    isKnown = false;
  });
  const account = accounts.account(name, []);
  if (isKnown) return { kind: 'account', ids: account };
  isKnown = true;
  const group = accounts.group(name, []);
  return isKnown ? { kind: 'group', ids: group } : undefined;
}
