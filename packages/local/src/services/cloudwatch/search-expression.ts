import { AwsError } from '../../shared/aws-error.ts';
import type { Series } from './metrics.ts';

const TERM =
  /\s*(?:(?<key>[\w.]+)=(?:"(?<quoted>[^"]*)"|(?<plain>[^\s"()]+))|"(?<exact>[^"]*)"|(?<word>[^\s"()=]+))/y;

/**
 * The metrics that a SEARCH finds: those with exactly the dimensions of its schema, that match every term.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
 *
 * @throws {AwsError} ValidationError for OR, NOT and parentheses, which the local AWS does not know, and what is no search
 */
export function searchMetrics(all: readonly Series[], search: string): Series[] {
  const [, schema = '', terms = ''] = /^\s*\{([^}]*)\}(.*)$/s.exec(search) ?? [];
  const [namespace = '', ...dimensions] = schema.split(',').map((name) => name.trim().replaceAll('"', ''));
  if (namespace === '')
    throw new AwsError('ValidationError', `SEARCH('${search}') has no schema: {namespace,dimension,…}`);
  const matches = termsOf(terms, search);
  return all.filter(
    (series) =>
      series.namespace === namespace &&
      Object.keys(series.dimensions).sort().join() === dimensions.toSorted().join() &&
      matches.every((match) => match(series)),
  );
}

type Term = (series: Series) => boolean;

function termsOf(text: string, search: string): Term[] {
  const found: Term[] = [];
  const end = text.trimEnd().length;
  TERM.lastIndex = 0;
  while (TERM.lastIndex < end) {
    const { key, quoted, plain, exact, word } = TERM.exec(text)?.groups ?? {};
    if (key !== undefined) {
      const value = quoted ?? plain ?? '';
      found.push((series) => isLike(propertyOf(series, key), value, quoted !== undefined));
    } else if (exact !== undefined) found.push((series) => textsOf(series).includes(exact));
    else if (word !== undefined && !['OR', 'NOT'].includes(word)) {
      if (word !== 'AND') found.push((series) => textsOf(series).some((one) => isLike(one, word, false)));
    } else throw new AwsError('ValidationError', `The local AWS does not know this search: ${search}`);
  }
  return found;
}

function propertyOf({ name, namespace, dimensions }: Series, key: string): string | undefined {
  if (key === 'MetricName') return name;
  return key === 'Namespace' ? namespace : dimensions[key];
}

function textsOf({ name, dimensions }: Series): string[] {
  return [name, ...Object.values(dimensions)];
}

/** In quotes a value has to be equal; otherwise a part of it is enough, whatever its case. */
function isLike(value: string | undefined, wanted: string, exactly: boolean): boolean {
  if (value === undefined) return false;
  return exactly ? value === wanted : value.toLowerCase().includes(wanted.toLowerCase());
}
