import type { Routes } from '../../model/routes.ts';
import type { Report } from '../../problems/problem.ts';
import type { SoundFile } from './sound-part.ts';

/** Tags as written. IAM takes no two whose keys differ in case only, and roles are tagged, too. */
export function resolveTags({ tags = {} }: Pick<SoundFile, 'tags'>, report: Report): Routes['tags'] {
  const keys = new Map<string, string>();
  for (const key of Object.keys(tags)) {
    const other = keys.get(key.toLowerCase());
    if (other === undefined) keys.set(key.toLowerCase(), key);
    else {
      const message = `${JSON.stringify(key)} and ${JSON.stringify(other)} differ in case only, and IAM takes one of them`;
      report(['tags', key], 'duplicate-tag', message, 'remove one of them');
    }
  }
  return tags;
}
