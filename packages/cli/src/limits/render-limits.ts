import { fullness, type LimitedName, type Measure, TIGHT } from '@xacct/core/capacity';
import { count } from '../terminal/count.ts';
import { renderTable } from '../terminal/table.ts';
import type { Shards } from './shard-numbers.ts';

export interface LimitRow {
  limit: LimitedName;
  title: string;
  unit: string;
  where: string;
  used: number;
  allowed: number;
  /** The unused fraction of what is allowed: 0.25 is a quarter; negative if more is used than allowed. */
  headroom: number;
  tight: boolean;
  wayOut: string;
  /** The quota's code, if it can be raised, and AWS's page. */
  source: { quota?: string; link: string };
}

const HEADROOM = 'headroom';
/** The most tight places that are printed as text; `--json` has them all. */
const MOST_TIGHT = 20;

/** For each limit the place that uses it most, and every other place where it is tight. */
export function limitRows(measures: readonly Measure[]): LimitRow[] {
  return measures.flatMap(({ uses, ...limited }) => {
    return uses
      .filter((use, index) => index === 0 || fullness(use) > TIGHT)
      .map(({ where, used, allowed }) => {
        const full = fullness({ used, allowed });
        const rounded = { used: round(used), allowed, headroom: round(1 - full) };
        return { ...limited, where, ...rounded, tight: full > TIGHT };
      });
  });
}

/** A table with the place that uses most of each limit, then the tight places with the way out. */
export function renderLimits(
  rows: readonly LimitRow[],
  shards: Shards,
  environments: number | undefined,
): string {
  const fullest = rows.filter(({ limit }, index) => limit !== rows[index - 1]?.limit);
  const cells = fullest.map(({ title, used, allowed, unit, headroom, where }) => {
    return [title, used, allowed, unit, `${percent(headroom)} %`.padStart(HEADROOM.length), where];
  });
  const headings = ['limit', 'used', 'allowed', 'unit', HEADROOM, 'where it is used most'];
  return `${renderTable(headings, cells)}${renderAssumed(shards, environments)}\n${renderTight(rows.filter(({ tight }) => tight))}`;
}

/** The assumptions behind the numbers, which are not in a routes file. */
function renderAssumed({ byDefault, byStream }: Shards, environments: number | undefined): string {
  const shards = [
    ...Array.from(byStream, ([stream, number]) => `${stream} with ${number}`),
    `${byStream.size === 0 ? 'every stream' : 'others'} with ${count(byDefault, 'shard')}`,
  ].join(', ');
  const perForwarder = environments ?? 'as many as it may have invocations at once';
  return `Assumed: ${shards}; execution environments of a forwarder: ${perForwarder}.\n`;
}

function renderTight(rows: readonly LimitRow[]): string {
  if (rows.length === 0) return 'Nothing uses more than 80 % of its limit.\n';
  const lines = rows.slice(0, MOST_TIGHT).map(({ title, where, headroom, wayOut, source }) => {
    const quota = source.quota === undefined ? '' : `quota ${source.quota}, `;
    return `  ${where}: ${percent(1 - headroom)} % of the ${title}
    Way out: ${wayOut} (${quota}${source.link})
`;
  });
  const more =
    rows.length > MOST_TIGHT ? `  and ${rows.length - MOST_TIGHT} more; --json lists them all\n` : '';
  return `More than 80 % is used:\n${lines.join('')}${more}`;
}

function percent(part: number): number {
  return Math.round(part * 100);
}

function round(number: number): number {
  return Math.round(number * 1000) / 1000;
}
