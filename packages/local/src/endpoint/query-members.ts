import type { XmlValue } from './xml.ts';

/** Names of parameters whose texts mean something else. */
export interface TypedNames {
  numbers: ReadonlySet<string>;
  booleans: ReadonlySet<string>;
  /** ISO 8601 in a form, epoch seconds here. */
  times: ReadonlySet<string>;
}

/** Parameters of a form, where `A.member.1.B` is the `B` of the first of the list `A`. */
export function readMembers(
  form: Readonly<Record<string, string>>,
  { numbers, booleans, times }: TypedNames,
): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [path, text] of Object.entries(form)) {
    const names = path.split('.').filter((name) => name !== 'member');
    const last = names.pop() ?? '';
    const parent = names.reduce<Record<string, unknown>>((node, name) => {
      node[name] ??= {};
      return node[name] as Record<string, unknown>;
    }, root);
    const name = /^\d+$/.test(last) ? (names.at(-1) ?? '') : last;
    if (numbers.has(name)) parent[last] = Number(text);
    else if (booleans.has(name)) parent[last] = text === 'true';
    else parent[last] = times.has(name) ? Date.parse(text) / 1000 : text;
  }
  return listed(root) as Record<string, unknown>;
}

/** Objects whose names are the places of a list become lists. */
function listed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, child]) => [name, listed(child)] as const);
  const isList = entries.length > 0 && entries.every(([name]) => /^\d+$/.test(name));
  if (!isList) return Object.fromEntries(entries);
  return entries.toSorted(([one], [other]) => Number(one) - Number(other)).map(([, child]) => child);
}

/** A result as the query protocol writes it: a list in elements `member`, and times, `…Timestamp`, in ISO 8601. */
export function writeMembers(value: unknown, name = ''): XmlValue {
  if (Array.isArray(value)) return { member: value.map((item) => writeMembers(item, name)) };
  if (typeof value === 'number' && /Timestamps?$/.test(name)) return new Date(value * 1000).toISOString();
  if (typeof value !== 'object' || value === null) return value as XmlValue;
  const written = Object.entries(value).filter(([, child]) => child !== undefined && child !== null);
  return Object.fromEntries(written.map(([key, child]) => [key, writeMembers(child, key)]));
}
