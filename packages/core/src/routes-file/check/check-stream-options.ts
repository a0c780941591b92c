import * as limits from '../../limits/aws-limits.ts';
import type { Route } from '../../model/routes.ts';
import type { Path, Report } from '../../problems/problem.ts';
import type { SoundRoute } from '../resolve/sound-part.ts';

/** Finds options of a route that its stream does not have, or that do not do what they seem to. */
export function checkStreamOptions(
  route: Route,
  entry: SoundRoute,
  path: Path,
  report: Report,
  warn: Report,
): void {
  if (route.stream.service === 'dynamodb') checkTable(route, entry, path, report, warn);
  checkStart(route, entry, path, report);
  checkNumberOfFilters(route, path, warn);
  checkBatching(route, path, warn);
}

function checkTable(
  { maximumRecordAgeSeconds }: Route,
  entry: SoundRoute,
  path: Path,
  report: Report,
  warn: Report,
): void {
  for (const option of ['enhancedFanOut', 'deaggregate'] as const) {
    if (!entry[option]) continue;
    const message = `expected a Kinesis stream for "${option}", got a DynamoDB stream`;
    report([...path, option], 'not-for-dynamodb', message, 'remove it');
  }
  if (entry.startingPosition === 'AT_TIMESTAMP') {
    const message = 'expected TRIM_HORIZON or LATEST for a DynamoDB stream, got AT_TIMESTAMP';
    report(
      [...path, 'startingPosition'],
      'not-for-dynamodb',
      message,
      'Lambda starts only Kinesis streams at a time',
    );
  }
  const { retentionSeconds } = limits.dynamodb;
  if (maximumRecordAgeSeconds <= retentionSeconds) return;
  const message = `${maximumRecordAgeSeconds} s is beyond the ${retentionSeconds} s for which a DynamoDB stream keeps its records`;
  const hint = `write ${retentionSeconds} or less`;
  warn([...path, 'maximumRecordAgeSeconds'], 'beyond-retention', message, hint);
}

function checkStart(
  { startingPosition }: Route,
  { startingTimestamp }: SoundRoute,
  path: Path,
  report: Report,
): void {
  if (startingTimestamp === undefined) return;
  const place = [...path, 'startingTimestamp'];
  if (Number.isNaN(Date.parse(startingTimestamp))) {
    report(place, 'wrong-form', `expected a time such as 2026-11-22T08:00:00Z, got "${startingTimestamp}"`);
  } else if (startingPosition !== 'AT_TIMESTAMP') {
    const message = `expected "startingPosition: AT_TIMESTAMP" with a time, got ${startingPosition}`;
    report(place, 'starting-time', message, 'write that, or remove the time');
  }
}

function checkNumberOfFilters(
  { filters, deaggregate, enhancedFanOut }: Route,
  path: Path,
  warn: Report,
): void {
  const { filtersByDefault } = limits.eventSourceMapping;
  if (filters.length > filtersByDefault) {
    const message = `${filters.length} filters are more than the ${filtersByDefault} that an account may have for a mapping by default`;
    warn([...path, 'filters'], 'filter-quota', message, 'ask for a higher quota before you deploy');
  }
  if (filters.length > 0 && deaggregate && !enhancedFanOut) {
    const message =
      'Lambda does not apply filters to aggregated records that it reads without enhanced fan-out';
    const hint = 'set "enhancedFanOut", or use the targets\' "filter"';
    warn([...path, 'filters'], 'filter-of-aggregates', message, hint);
  }
}

function checkBatching({ batchSize, batchWindowSeconds }: Route, path: Path, warn: Report): void {
  if (batchWindowSeconds !== 0 || batchSize <= 10) return;
  const message = `with a window of 0 s a batch seldom holds the ${batchSize} records of "batchSize"`;
  warn(
    [...path, 'batchWindowSeconds'],
    'no-batching',
    message,
    'wait at least 1 s, or lower "batchSize" to 10',
  );
}
