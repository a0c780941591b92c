import { describe, inject } from 'vitest';

/** A `describe` that is skipped where there is no Python. */
export const describeForeign = describe.skipIf(inject('pythonCommands') === null);

/** The path of a command of the Python environment. */
export function pythonCommand(name: string): string {
  return `${inject('pythonCommands')}/${name}`;
}
