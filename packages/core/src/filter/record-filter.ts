import { compileFilterPattern } from './compile-filter-pattern.ts';
import type { FilterPattern } from './filter-pattern.ts';

/** As much of a Kinesis record of a Lambda event as filters look at. */
export interface FilteredRecord {
  kinesis: {
    /** Base64. */
    data: string;
  };
}

/**
 * Whether a record passes: it matches at least one of the patterns, or there are none.
 *
 * Patterns look into the data, so it must be JSON; data that is not matches no pattern, as Lambda has it:
 * https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis-filtering.html
 */
export function createRecordFilter(patterns: readonly FilterPattern[]): (record: FilteredRecord) => boolean {
  if (patterns.length === 0) return () => true;
  const filters = patterns.map(compileFilterPattern);
  return (record) => {
    const data = dataOf(record);
    if (data === undefined) return false;
    const value = { data };
    return filters.some((matches) => matches(value));
  };
}

/** A record goes through the filters of many targets and is parsed once for all of them. */
const parsed = new WeakMap<FilteredRecord, unknown>();

function dataOf(record: FilteredRecord): unknown {
  if (!parsed.has(record)) parsed.set(record, parseJson(record.kinesis.data));
  return parsed.get(record);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Undefined, which JSON does not know, where the data is no JSON object or list in UTF-8. */
function parseJson(base64: string): unknown {
  try {
    const value: unknown = JSON.parse(utf8.decode(Buffer.from(base64, 'base64')));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
