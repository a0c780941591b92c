import { Token } from 'aws-cdk-lib';

/** Names and ARNs that only the deployment knows. */
export interface LateNames {
  /**
   * A text to check and to calculate with in place of a token: the same for the same token.
   *
   * @param what it names, for messages
   * @param form makes a text of the form that AWS gives such names, from a number that no other has
   * @returns the value itself, if it is known
   */
  standInFor(value: string, what: string, form: (number: number) => string): string;
  /** The same for any value: for names that are not to be checked. */
  standIn(value: string, what: string, form: (number: number) => string): string;
  /** A copy in which every string that is such a text is the token. */
  restore<T>(value: T): T;
  /** A message in which each such text is what it names. */
  describe(message: string): string;
}

export function createLateNames(): LateNames {
  const byValue = new Map<string, string>();
  const late = new Map<string, { value: string; what: string }>();
  const restored = (part: unknown): unknown => {
    if (typeof part === 'string') return late.get(part)?.value ?? part;
    if (Array.isArray(part)) return part.map(restored);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, restored(inner)]));
  };
  const standIn: LateNames['standIn'] = (value, what, form) => {
    const known = byValue.get(value);
    if (known !== undefined) return known;
    const text = form(late.size);
    byValue.set(value, text);
    late.set(text, { value, what });
    return text;
  };
  return {
    standIn,
    standInFor: (value, what, form) => (Token.isUnresolved(value) ? standIn(value, what, form) : value),
    restore: <T>(value: T): T => (late.size === 0 ? value : (restored(value) as T)),
    describe: (message) =>
      Array.from(late)
        .toSorted(([one], [other]) => other.length - one.length)
        .reduce((described, [text, { what }]) => described.replaceAll(text, what), message),
  };
}
