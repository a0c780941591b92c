import { parseArgs } from 'node:util';

export interface Options {
  /** Names of scenarios, or how they start; none: all. */
  names: readonly string[];
  seed: number;
  hours?: number;
  rate?: number;
  environments?: number;
  /** Writes the handler's log to standard error. */
  log: boolean;
  help: boolean;
}

export class OptionsError extends Error {
  override readonly name = 'OptionsError';
}

/** @throws {OptionsError} with one sentence for the user */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args);
  const number = (
    name: 'seed' | 'hours' | 'rate' | 'environments',
    allowed: string,
    isAllowed: (value: number) => boolean,
  ) => {
    const text = values[name];
    if (text === undefined) return {};
    const value = Number(text);
    if (text.trim() === '' || !isAllowed(value)) {
      throw new OptionsError(`--${name} must be ${allowed}, but it is "${text}".`);
    }
    return { [name]: value };
  };
  const isCount = (least: number) => (value: number) => Number.isSafeInteger(value) && value >= least;
  return {
    names: positionals,
    seed: 1,
    ...number('seed', 'an integer from 0 on', isCount(0)),
    ...number('hours', 'more than 0 and at most 240', (value) => value > 0 && value <= 240),
    ...number('rate', 'more than 0 and at most 1', (value) => value > 0 && value <= 1),
    ...number('environments', 'an integer from 1 on', isCount(1)),
    log: values.log ?? false,
    help: values.help ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: args.filter((arg) => arg !== '--'),
      allowPositionals: true,
      options: {
        seed: { type: 'string' },
        hours: { type: 'string' },
        rate: { type: 'string' },
        environments: { type: 'string' },
        log: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split(/(?<=\.)\s/);
    throw new OptionsError(sentence);
  }
}
