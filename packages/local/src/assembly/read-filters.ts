import { checkFilterPattern, type FilterPattern, isObject, limits, type Stream } from '@xacct/core';
import { NotSupportedError } from '../shared/aws-error.ts';
import { parseJson } from '../shared/parse-json.ts';
import type { TypedResource } from './properties.ts';

/** The patterns of a mapping's `FilterCriteria`: a record passes that matches one of them, or any where there is none. */
export function readFilters(
  { properties, where }: TypedResource,
  service: Stream['service'],
): FilterPattern[] {
  const filters = properties.object('FilterCriteria', ['Filters']).objects('Filters', ['Pattern']);
  const most = limits.eventSourceMapping.filters;
  if (filters.length > most)
    throw new NotSupportedError(`more than ${most} filters: ${filters.length}`, where);
  return filters.map((filter) => parsePattern(filter.text('Pattern'), service, where));
}

function parsePattern(text: string, service: Stream['service'], where: string): FilterPattern {
  const pattern = parseJson(text);
  if (!isObject(pattern))
    throw new NotSupportedError(`the filter pattern ${text}: it is no JSON object`, where);
  checkFilterPattern(pattern, service, [], (path, _, message) => {
    throw new NotSupportedError(`the filter pattern ${text}: ${[...path, message].join(': ')}`, where);
  });
  return pattern as FilterPattern;
}
