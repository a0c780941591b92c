import { describeFailure, isDenied } from '../aws/describe-failure.ts';

/** Collects what AWS does not answer, so that the rest is shown. */
export interface Unread {
  /**
   * Reads something.
   *
   * @param what that is, and `action` the permission that it takes
   * @returns undefined where it cannot be read
   */
  attempt<T>(what: string, action: string, read: () => Promise<T>): Promise<T | undefined>;
  /** One line for each. */
  lines(): string[];
}

/** @param account whose credentials are needed */
export function createUnread(account: string): Unread {
  const found = new Set<string>();
  return {
    async attempt(what, action, read) {
      try {
        return await read();
      } catch (error) {
        const hint = (name: string) =>
          isDenied(name)
            ? `Allow ${action}: docs/operating.md, "What status needs", has the policy`
            : undefined;
        found.add(`${what} cannot be read: ${describeFailure(error, `account ${account}`, hint)}`);
        return undefined;
      }
    },
    lines: () => [...found],
  };
}
