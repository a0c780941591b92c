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
 * Whether a record passes: it matches at least one of the patterns.
 *
 * Patterns look into the data, so it must be JSON; data that is not matches no pattern, as Lambda has it:
 * https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis-filtering.html
 */
export function createRecordFilter(patterns: readonly FilterPattern[]): (record: FilteredRecord) => boolean {
  const filters = patterns.map(compileFilterPattern);
  return ({ kinesis }) => {
    const data = parseJson(Buffer.from(kinesis.data, 'base64'));
    if (data === undefined) return false;
    const value = { data };
    return filters.some((matches) => matches(value));
  };
}

/** Undefined, which JSON does not know, where the bytes are no JSON object or list in UTF-8. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
