import { InvalidArgumentError } from 'commander';

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

/** NaN for any other text: `Date` would read a single number as a year or a month. */
function isoTime(text: string): number {
  return /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
}
