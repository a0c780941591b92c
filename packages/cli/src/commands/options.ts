import { InvalidArgumentError, Option } from 'commander';

/** Options that several commands share, and the parsers of option values. */

export const configOption = () => new Option('--config <file>', 'the routes file').default('routes.yaml');

export const jsonOption = (what: string) => new Option('--json', what).default(false);

export const profileOption = () =>
  new Option('--profile <profile>', "the AWS profile to use (default: AWS's own chain of credentials)");

export const assemblyOption = () =>
  new Option('--assembly <dir>', 'run this cloud assembly, as "xacct synth" wrote it, in place of --config');

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

/** Epoch ms from a time in ISO 8601, or from a time ago in seconds, minutes, hours or days. */
export function pointInTime(now: () => number): (text: string) => number {
  return (text) => {
    const [, amount, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
    const time =
      amount === undefined ? isoTime(text) : now() - Number(amount) * 1000 * (UNIT_SECONDS[unit] ?? 0);
    if (Number.isNaN(time)) {
      const allowed = 'a time such as 2026-11-22T08:00:00Z, or how long ago, such as 90m, 12h or 3d';
      throw new InvalidArgumentError(`Expected ${allowed}, got "${text}".`);
    }
    return time;
  };
}

const UNIT_SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** NaN for what is none: by itself, `Date` would take a lone number for a year or a month. */
function isoTime(text: string): number {
  return /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
}

/** Shards of streams: by the name of a stream, and of all others. */
export interface Shards {
  byDefault: number;
  byStream: ReadonlyMap<string, number>;
}

/** Reads `8`, `orders=8,events=2`, or both: `4,orders=8`. */
export function shardNumbers(byDefault: number): (text: string) => Shards {
  const number = wholeNumber(1, 100_000);
  return (text) => {
    const parts = text.split(',').map((part) => part.split('='));
    const [lone, named] = [
      parts.filter(({ length }) => length === 1),
      parts.filter(({ length }) => length === 2),
    ];
    if (
      lone.length > 1 ||
      lone.length + named.length < parts.length ||
      named.some(([stream]) => stream === '')
    ) {
      throw new InvalidArgumentError(
        `Expected a number, or streams with theirs as in orders=8,events=2, got "${text}".`,
      );
    }
    return {
      byDefault: lone.length === 0 ? byDefault : number(lone[0]?.[0] ?? ''),
      byStream: new Map(named.map(([stream = '', shards = '']) => [stream, number(shards)])),
    };
  };
}
