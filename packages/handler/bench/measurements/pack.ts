import { type Figures, run, type Setup } from '../setup.ts';
import { median } from '../statistics.ts';
import { eventOf } from '../traffic.ts';

const SIZES = [10, 100, 1_000, 10_000];
/** As JSON; 10,000 of them are about as much as a batch holds. */
const RECORD_BYTES = 580;

/** The dearest of all sizes counts. */
export async function measurePack(setup: Setup): Promise<Figures> {
  const { rows } = await run<{ rows: { records: number; packMs: number[]; writeMs: number[] }[] }>(
    setup,
    'pack.ts',
    {
      input: {
        events: SIZES.map((records) => eventOf('pack', records, records * RECORD_BYTES)),
        rounds: setup.rounds(41),
      },
    },
  );
  const bySize = rows.map(({ records, packMs, writeMs }) => ({
    records,
    ratio: median(packMs.map((ms, round) => ms / (writeMs[round] ?? Number.NaN))),
    usPerRecord: (median(packMs) / records) * 1_000,
  }));
  return {
    packRatio: Math.max(...bySize.map(({ ratio }) => ratio)),
    ...Object.fromEntries(bySize.map(({ records, ratio }) => [`pack${records}Ratio`, ratio])),
    ...Object.fromEntries(
      bySize.map(({ records, usPerRecord }) => [`pack${records}UsPerRecord`, usPerRecord]),
    ),
  };
}
