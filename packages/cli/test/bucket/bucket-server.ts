import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** Objects of a bucket by key, in the order in which they were put. */
export type Objects = Map<string, string>;

export interface Answer {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

/** Small, so that a test of few objects sees more than one page. */
const PAGE = 2;

/** As much of S3 as the commands use, by path-style addresses. */
export async function answerS3(
  request: IncomingMessage,
  operation: string,
  buckets: ReadonlyMap<string, Objects>,
): Promise<Answer> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://server');
  const [, name = '', ...rest] = pathname.split('/').map(decodeURIComponent);
  const key = rest.join('/');
  const body = (await buffer(request)).toString();
  const objects = buckets.get(name);
  if (objects === undefined) return s3Failure(404, 'NoSuchBucket');
  switch (operation) {
    case 'ListObjectsV2':
      return { status: 200, body: listing(objects, searchParams) };
    case 'GetObject': {
      const text = objects.get(key);
      return text === undefined
        ? s3Failure(404, 'NoSuchKey')
        : { status: 200, body: text, headers: { etag: tagOf(text) } };
    }
    case 'PutObject':
      objects.set(key, body);
      return { status: 200, body: '' };
    case 'DeleteObject': {
      const text = objects.get(key);
      const etag = request.headers['if-match'];
      if (etag !== undefined && text !== undefined && etag !== tagOf(text))
        return s3Failure(412, 'PreconditionFailed');
      objects.delete(key);
      return { status: 204, body: '' };
    }
    default:
      return s3Failure(501, 'NotImplemented');
  }
}

export function operationOf({ method, url }: IncomingMessage): string {
  if (method === 'GET' && url?.includes('list-type=2')) return 'ListObjectsV2';
  return { GET: 'GetObject', PUT: 'PutObject', DELETE: 'DeleteObject' }[method ?? ''] ?? 'unknown';
}

function tagOf(text: string): string {
  return `"${createHash('md5').update(text).digest('hex')}"`;
}

export function s3Failure(status: number, code: string): Answer {
  return { status, body: `<Error><Code>${code}</Code><Message>no</Message></Error>` };
}

function listing(objects: Objects, query: URLSearchParams): string {
  const prefix = query.get('prefix') ?? '';
  const after = query.get('continuation-token') ?? '';
  const found = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
  const page = found.slice(0, PAGE);
  const next = found.length > PAGE ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
  const contents = page.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('');
  return `<ListBucketResult>${contents}<IsTruncated>${found.length > PAGE}</IsTruncated>${next}</ListBucketResult>`;
}
