import { TextDecoder } from 'node:util';
import type { FilterPattern } from '../model/filter-pattern.ts';
import { compileFilterPattern } from './compile-filter-pattern.ts';

/** The part of a record of a Lambda event that filters read. */
export interface FilteredRecord {
  /** Present in a record of a Kinesis stream; a record of a DynamoDB stream has none. */
  kinesis?: {
    /** Base64. */
    data: string;
  };
  /** Present in a record of a DynamoDB stream. */
  dynamodb?: object;
}

/**
 * Whether a record passes: it matches at least one of the patterns, or there are none.
 *
 * Patterns look into the data of a Kinesis record, so the data must be JSON; data that is not matches no pattern:
 * https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis-filtering.html
 * They look at a DynamoDB record as it is:
 * https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html
 *
 * @param patterns checked by `checkFilterPattern`
 * @throws {TypeError} for a pattern that cannot be compiled, such as an operator of a later version
 *
 * @example
 * const passes = createRecordFilter([{ data: { type: ['order'] } }]);
 * const orders = event.Records.filter(passes);
 */
export function createRecordFilter(patterns: readonly FilterPattern[]): (record: FilteredRecord) => boolean {
  if (patterns.length === 0) return () => true;
  const filters = patterns.map(compileFilterPattern);
  return (record) => {
    const value = filteredValue(record);
    return value !== undefined && filters.some((matches) => matches(value));
  };
}

function filteredValue(record: FilteredRecord): object | undefined {
  if (record.kinesis === undefined) return record;
  const data = dataOf(record.kinesis);
  return data === undefined ? undefined : { data };
}

/** A record goes through the filters of many targets and is parsed once for all of them. */
const parsed = new WeakMap<object, unknown>();

function dataOf(kinesis: NonNullable<FilteredRecord['kinesis']>): unknown {
  if (!parsed.has(kinesis)) parsed.set(kinesis, parseJson(kinesis.data));
  return parsed.get(kinesis);
}

/** Made when it is first needed: it takes 2 ms of a function's cold start. */
let utf8: TextDecoder | undefined;

/** Undefined, which is no JSON value, where the data is not a JSON object or list in UTF-8. */
function parseJson(base64: string): unknown {
  try {
    utf8 ??= new TextDecoder('utf-8', { fatal: true });
    const value: unknown = JSON.parse(utf8.decode(Buffer.from(base64, 'base64')));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
