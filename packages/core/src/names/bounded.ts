import { createHash } from 'node:crypto';

/** Shortens a name that is too long to a prefix and a hash of all of it: stable, whatever other names exist. */
export function bounded(name: string, length: number): string {
  if (name.length <= length) return name;
  const suffix = `-${hash(name)}`;
  return name.slice(0, length - suffix.length) + suffix;
}

/** Replaces characters that a name may not have. A name that had to change carries a hash of the original. */
export function replaced(name: string, notAllowed: RegExp): string {
  const plain = name.replace(notAllowed, '-');
  return plain === name ? name : `${plain}-${hash(name)}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}
