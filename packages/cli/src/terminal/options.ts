import { InvalidArgumentError, Option } from 'commander';

/** Options that several commands share, and parsers of option values. */

export const configOption = () => new Option('--config <file>', 'the routes file').default('routes.yaml');

export const jsonOption = (what: string) => new Option('--json', what).default(false);

export const profileOption = () =>
  new Option('--profile <profile>', "the AWS profile to use (default: AWS's own chain of credentials)");

export const withoutAccountOption = () =>
  new Option(
    '--without-account <accounts...>',
    'leave these target accounts, by name, group or 12 digits, to their owners, who deploy what "xacct export" writes',
  ).default([], 'none');

export const assemblyOption = () =>
  new Option('--assembly <dir>', 'run this cloud assembly, as "xacct synth" wrote it, in place of --config');

export const faultsOption = () =>
  new Option(
    '--faults <file>',
    'what is made to fail: errors, throttles, latencies, outages, kills and more',
  );

export const seedOption = () =>
  new Option(
    '--seed <n>',
    'draws the faults, in place of the seed in the file; the same seed draws the same',
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
