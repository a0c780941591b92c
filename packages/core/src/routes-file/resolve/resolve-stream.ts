import type { Source, Stream } from '../../model/routes.ts';
import { parseArn, partitionOf } from '../../names/arn.ts';
import { streamArn, streamFromArn } from '../../names/resource-arns.ts';
import type { Path, Report } from '../../problems/problem.ts';

/** The stream that an entry names; undefined, and reported, where it is none of the source. */
export function resolveStream(
  written: string,
  source: Source,
  path: Path,
  report: Report,
): Stream | undefined {
  if (!written.startsWith('arn:'))
    return { service: 'kinesis', name: written, arn: streamArn(source, written) };

  const stream = streamFromArn(written);
  const { partition, region, account } = parseArn(written);
  if (partition !== partitionOf(region)) {
    const message = `expected partition ${partitionOf(region)} for region ${region}, got ${partition}`;
    report(path, 'partition-mismatch', message, `write arn:${partitionOf(region)}:…`);
    return undefined;
  }
  if (stream === undefined || account !== source.account || region !== source.region) {
    const message = `expected a stream of the source (${source.account}, ${source.region}), got ${written}`;
    report(path, 'foreign-stream', message, 'change the ARN, or "source"');
    return undefined;
  }
  return stream;
}
