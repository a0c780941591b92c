import { partitionOf } from '@xacct/core';
import type { HttpReply, HttpRequest } from '../../endpoint/http.ts';
import {
  type AuthorizedCall,
  type Call,
  type Operation,
  type Protocol,
  type Service,
  type ServiceDefinition,
  serve,
} from '../../endpoint/service.ts';
import { type XmlValue, xmlReply } from '../../endpoint/xml.ts';
import { AwsError } from '../../shared/aws-error.ts';
import type { Buckets, StoredObject } from './buckets.ts';
import { checkContentHash } from './content-hash.ts';
import { failures } from './failures.ts';
import { checkPutHeaders, checkReadHeaders } from './headers.ts';

const PAGE = 1000;

/** AWS's REST protocol with XML; a path-style address names the bucket and the object. */
const protocol: Protocol<Place> = {
  operationOf: (request) => operationAt(request, placeOf(request)),
  parse: placeOf,
  reply: (result) => result as HttpReply,
  fail: ({ code, message, status }, requestId) =>
    xmlReply(
      status,
      { Error: { Code: code, Message: message, RequestId: requestId } },
      { contentType: 'application/xml' },
    ),
};

type S3Operation = Operation<Buckets, Place>;

/** An operation on objects. Buckets ask IAM themselves, since event source mappings put objects, too. */
function operation(action: string, handle: S3Operation['handle']): S3Operation {
  return { action, resource: objectArn, handle };
}

/** S3: objects of the buckets that the templates deploy. */
export const s3: ServiceDefinition<'s3', Buckets, Place> = {
  name: 's3',
  protocol,
  signing: {
    signsPathAsSent: true,
    checkHeaders: checkContentHash,
    refusals: {
      expired: 'ExpiredToken',
      mismatch: 'SignatureDoesNotMatch',
      skewed: 'RequestTimeTooSkewed',
      unknown: 'InvalidAccessKeyId',
    },
  },
  accessDenied: { code: 'AccessDenied', status: 403 },
  failures,
  operations: {
    DeleteObject: operation(
      's3:DeleteObject',
      async ({ request, principal, region }, { bucket, key }, buckets) => {
        checkReadHeaders(request);
        await buckets.delete(principal, partitionOf(region), bucket, key);
        return { status: 204 };
      },
    ),
    GetObject: operation('s3:GetObject', getObject),
    // HTTP itself leaves the body out.
    HeadObject: operation('s3:GetObject', getObject),
    ListObjectsV2: operation('s3:ListBucket', listObjects),
    PutObject: operation('s3:PutObject', async ({ request, principal, region }, { bucket, key }, buckets) => {
      checkPutHeaders(request);
      const { body, headers } = request;
      const object = { key, body, contentType: headers['content-type'] };
      const { etag } = await buckets.put(principal, partitionOf(region), bucket, object);
      return { status: 200, headers: { etag } };
    }),
  },
};

export function createS3(buckets: Buckets): Service {
  return serve(s3, buckets);
}

async function getObject(
  { request, principal, region }: AuthorizedCall,
  { bucket, key }: Place,
  buckets: Buckets,
): Promise<HttpReply> {
  checkReadHeaders(request);
  const object = await buckets.get(principal, partitionOf(region), bucket, key);
  const { body, contentType, etag, modifiedAt } = object;
  const lastModified = new Date(modifiedAt).toUTCString();
  return { status: 200, headers: { 'content-type': contentType, etag, 'last-modified': lastModified }, body };
}

function listObjects(
  { request, principal, region }: AuthorizedCall,
  { bucket }: Place,
  buckets: Buckets,
): HttpReply {
  const { query } = request;
  checkReadHeaders(request);
  refuseQuery(query);
  const prefix = query.get('prefix') ?? '';
  const most = readMaxKeys(query.get('max-keys'));
  const token = query.get('continuation-token');
  // A token is the last key of the pages before, in base64.
  const after = token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64').toString();
  const isAfter = (key: string) => Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0;
  const found = buckets
    .list(principal, partitionOf(region), bucket)
    .filter(({ key }) => key.startsWith(prefix) && isAfter(key));
  const page = found.slice(0, most);
  const next = page.length > 0 && page.length < found.length ? page.at(-1)?.key : undefined;
  const encode = query.get('encoding-type') === 'url' ? encodeURIComponent : (key: string) => key;
  const result = {
    Name: bucket,
    Prefix: encode(prefix),
    KeyCount: page.length,
    MaxKeys: most,
    IsTruncated: next !== undefined,
    ...(encode === encodeURIComponent && { EncodingType: 'url' }),
    ...(next !== undefined && { NextContinuationToken: Buffer.from(next).toString('base64') }),
    Contents: page.map((object) => describe(object, encode)),
  };
  const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';
  return xmlReply(200, { ListBucketResult: result }, { contentType: 'application/xml', namespace });
}

function objectArn({ bucket, key }: Place, { region }: Pick<Call, 'region'>): string {
  return `arn:${partitionOf(region)}:s3:::${bucket}${key === '' ? '' : `/${key}`}`;
}

interface Place {
  bucket: string;
  /** Empty for the bucket itself. */
  key: string;
}

/** @throws {AwsError} InvalidURI */
function placeOf({ path }: Pick<HttpRequest, 'path'>): Place {
  const [, bucket = '', key = ''] = /^\/([^/]*)(?:\/(.*))?$/s.exec(path) ?? [];
  try {
    return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key) };
  } catch {
    throw new AwsError('InvalidURI', `Couldn't parse the specified URI: ${path}`);
  }
}

/** Any other parameter of the query makes another operation, or asks for what is not known here. */
function operationAt({ method, query }: HttpRequest, { bucket, key }: Place): string | undefined {
  const parameters = [...query.keys()].filter((name) => name !== 'x-id');
  if (bucket === '') return undefined;
  if (key !== '') {
    if (parameters.length > 0) return undefined;
    return { DELETE: 'DeleteObject', GET: 'GetObject', HEAD: 'HeadObject', PUT: 'PutObject' }[method];
  }
  return method === 'GET' && query.get('list-type') === '2' ? 'ListObjectsV2' : undefined;
}

const LIST_PARAMETERS = [
  'continuation-token',
  'encoding-type',
  'list-type',
  'max-keys',
  'prefix',
  'start-after',
  'x-id',
];

function refuseQuery(query: URLSearchParams): void {
  // The AWS CLI sends some without a value.
  const unknown = [...query].find(([name, value]) => !LIST_PARAMETERS.includes(name) && value !== '')?.[0];
  if (unknown !== undefined)
    throw new AwsError(
      'NotImplemented',
      `The local AWS does not know the parameter ${unknown} of ListObjectsV2`,
      501,
    );
}

function readMaxKeys(text: string | null): number {
  const value = Number(text ?? PAGE);
  if (Number.isInteger(value) && value >= 0) return Math.min(value, PAGE);
  throw new AwsError('InvalidArgument', `max-keys: expected a whole number of 0 or more, got ${text}`);
}

function describe({ key, bytes, etag, modifiedAt }: StoredObject, encode: (key: string) => string): XmlValue {
  return {
    Key: encode(key),
    LastModified: new Date(modifiedAt).toISOString(),
    ETag: etag,
    Size: bytes,
    StorageClass: 'STANDARD',
  };
}
