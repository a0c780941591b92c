import { median } from '../../../../scripts/statistics.ts';
import { type Figures, run, type Setup } from '../setup.ts';
import { eventOf } from '../traffic.ts';

const SIZES = [10, 100, 1_000, 10_000];
/** As JSON; 10,000 of them are about as much as a batch holds. */
const RECORD_BYTES = 580;

interface Row {
  records: number;
  samples: { packMs: number; hashMs: number; writeMs: number }[];
}

/** What a mapping puts into a batch at the most, unless its route says otherwise. */
const USUAL = 100;

/**
 * Without the hash that a signature takes and the baseline has not: it is packing that is measured, and a processor with
 * instructions for SHA-256 computes it several times as fast as one without.
 */
export async function measurePack(setup: Setup): Promise<Figures> {
  const { rows } = await run<{ rows: Row[] }>(setup, 'pack.ts', {
    input: {
      events: SIZES.map((records) => eventOf('pack', records, records * RECORD_BYTES)),
      rounds: setup.rounds(41),
    },
  });
  const bySize = rows.map(({ records, samples }) => ({
    records,
    ratio: median(samples.map(({ packMs, hashMs, writeMs }) => (packMs - hashMs) / writeMs)),
    hashRatio: median(samples.map(({ hashMs, writeMs }) => hashMs / writeMs)),
    withHashRatio: median(samples.map(({ packMs, writeMs }) => packMs / writeMs)),
    usPerRecord: (median(samples.map(({ packMs }) => packMs)) / records) * 1_000,
  }));
  const usual = bySize.find(({ records }) => records === USUAL);
  return {
    packRatio: usual?.ratio ?? Number.NaN,
    packWithHashRatio: usual?.withHashRatio ?? Number.NaN,
    // The limit of the figure with the hash.
    hashRatio: usual?.hashRatio ?? Number.NaN,
    ...Object.fromEntries(bySize.map(({ records, ratio }) => [`pack${records}Ratio`, ratio])),
    ...Object.fromEntries(
      bySize.map(({ records, usPerRecord }) => [`pack${records}UsPerRecord`, usPerRecord]),
    ),
  };
}
