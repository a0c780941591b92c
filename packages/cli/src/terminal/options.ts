import { InvalidArgumentError, Option } from 'commander';

/** Options that several commands share, and parsers of option values. */

export const DEFAULT_CONFIG = 'routes.yaml';

export const configOption = () => new Option('--config <file>', 'the routes file').default(DEFAULT_CONFIG);

export const jsonOption = (what: string) => new Option('--json', what).default(false);

export const profileOption = () =>
  new Option('--profile <profile>', "the AWS profile to use (default: the AWS SDK's credential chain)");

export const withoutAccountOption = () =>
  new Option(
    '--without-account <accounts...>',
    'leave out these target accounts (name, group or 12 digits): their owners deploy what "xacct export" writes',
  ).default([], 'none');

export const assemblyOption = () =>
  new Option('--assembly <dir>', 'run this cloud assembly, written by "xacct synth", instead of --config');

export const faultsOption = () =>
  new Option(
    '--faults <file>',
    'a file of faults to inject: errors, throttles, latencies, outages, kills and more',
  );

export const seedOption = () =>
  new Option(
    '--seed <n>',
    'seed of the faults, instead of the seed in the file; the same seed draws the same faults',
  ).argParser(wholeNumber(0, 4_294_967_295));

/** A whole number within bounds, both included. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < least || number > most) {
      throw new InvalidArgumentError(`Expected a whole number, ${least} to ${most}, got "${text}".`);
    }
    return number;
  };
}
