import type { Routes, Source } from '../../model/routes.ts';
import { partitionOf } from '../../names/arn.ts';
import type { Report } from '../../problems/problem.ts';
import type { SoundFile } from './sound-part.ts';

/** The regions of accounts that are not the source's, by account ID. */
export function resolveAccountRegions(
  file: Pick<SoundFile, 'accounts'>,
  source: Source,
  report: Report,
): Routes['accountRegions'] {
  const regions = new Map<string, { region: string; name: string }>();
  for (const [name, { id, region }] of Object.entries(file.accounts)) {
    if (region === undefined) continue;
    const path = ['accounts', name, 'region'];
    if (partitionOf(region) !== source.partition) {
      const message = `expected a region of partition ${source.partition}, as of the source, got ${region}`;
      report(path, 'partition-mismatch', message, 'a role cannot be assumed across partitions');
      continue;
    }
    const other = regions.get(id);
    if (other !== undefined && other.region !== region) {
      const message = `expected ${other.region}, as "${other.name}" has it, which is the same account ${id}, got ${region}`;
      report(path, 'ambiguous-name', message, 'write the same region, or one of the names only');
      continue;
    }
    regions.set(id, { region, name });
  }
  return Object.fromEntries(
    [...regions].filter(([, { region }]) => region !== source.region).map(([id, { region }]) => [id, region]),
  );
}
