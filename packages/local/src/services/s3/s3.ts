import { bucketArn, partitionOf } from '@xacct/core';
import type { HttpReply, HttpRequest } from '../../endpoint/http.ts';
import { type InputOf, type InputSchema, TEXT, validationErrors } from '../../endpoint/input.ts';
import type { AuthorizedCall, Call, Protocol, ServiceDefinition } from '../../endpoint/service.ts';
import { type XmlValue, xmlReply } from '../../endpoint/xml.ts';
import { AwsError } from '../../shared/aws-error.ts';
import { checkContentHash, checkDigests } from './body-hashes.ts';
import type { Buckets, StoredObject } from './buckets.ts';
import { failures } from './failures.ts';

const PAGE = 1000;

/** Headers that ask for something that the local AWS may not know, which it must not pass over in silence. */
const HEADER = /^(x-amz-|if-|range$|content-encoding$)/;

/** AWS's REST protocol with XML; a path-style address names the bucket and the object. */
const protocol: Protocol = {
  operationOf: (request) => operationAt(request, placeOf(request)),
  parse: (request) => ({
    ...Object.fromEntries(Object.entries(request.headers).filter(([name]) => HEADER.test(name))),
    // The AWS CLI sends some without a value.
    ...Object.fromEntries([...request.query].filter(([, value]) => value !== '')),
    ...placeOf(request),
  }),
  inputErrors: (asked) => ({
    ...validationErrors(asked, 'InvalidArgument'),
    mismatch: (name, _, value) =>
      new AwsError('InvalidArgument', `${name}: expected an integer of 0 or more, got ${value}`),
    unknown: (name) => {
      const what = HEADER.test(name) ? `header ${name} of S3 here` : `parameter ${name} of ${asked}`;
      return new AwsError('NotImplemented', `The local AWS does not know the ${what}`, 501);
    },
  }),
  reply: (result) => result as HttpReply,
  fail: ({ code, message, status }, requestId) =>
    xmlReply(
      status,
      { Error: { Code: code, Message: message, RequestId: requestId } },
      { contentType: 'application/xml' },
    ),
};

/** What each request may have; none of it says anything about an object. */
const COMMON = {
  bucket: TEXT,
  key: TEXT,
  'x-amz-content-sha256': TEXT,
  'x-amz-date': TEXT,
  'x-amz-sdk-checksum-algorithm': TEXT,
  'x-amz-security-token': TEXT,
  'x-amz-user-agent': TEXT,
  'x-id': TEXT,
} as const;
const required = ['bucket', 'key'] as const;
/** `x-amz-checksum-mode` asks for a checksum along with the object, if S3 has one. */
const READ = { properties: { ...COMMON, 'x-amz-checksum-mode': TEXT }, required } as const;
const DELETE = { properties: { ...COMMON, 'if-match': TEXT }, required } as const;
const LIST = {
  properties: {
    ...READ.properties,
    'continuation-token': TEXT,
    'encoding-type': TEXT,
    'list-type': TEXT,
    'max-keys': { type: 'string', pattern: '^\\d+$' },
    prefix: TEXT,
    'start-after': TEXT,
  },
  required,
} as const;

/** Buckets ask IAM themselves, since event source mappings put objects, too. */
const onObject = <const Schema extends InputSchema>(
  action: string,
  input: Schema,
  handle: (call: AuthorizedCall, input: InputOf<Schema> & Place, buckets: Buckets) => unknown,
) => ({ input, action: `s3:${action}`, resource: objectArn, handle });

/** S3: objects of the buckets that the templates deploy. */
export const s3: ServiceDefinition<'s3', Buckets> = {
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
    DeleteObject: onObject('DeleteObject', DELETE, async ({ principal }, input, buckets) => {
      await buckets.delete(principal, input.bucket, input.key, input['if-match']);
      return { status: 204 };
    }),
    GetObject: onObject('GetObject', READ, getObject),
    // HTTP itself leaves the body out.
    HeadObject: onObject('GetObject', READ, getObject),
    ListObjectsV2: onObject('ListBucket', LIST, listObjects),
    PutObject: onObject(
      'PutObject',
      {
        properties: { ...COMMON, 'x-amz-checksum-crc32': TEXT, 'x-amz-checksum-sha256': TEXT },
        required,
      },
      async ({ request, principal }, { bucket, key }, buckets) => {
        checkDigests(request);
        const { body, headers } = request;
        const object = { key, body, contentType: headers['content-type'] };
        const { etag } = await buckets.put(principal, bucket, object);
        return { status: 200, headers: { etag } };
      },
    ),
  },
};

async function getObject(
  { principal }: AuthorizedCall,
  { bucket, key }: Place,
  buckets: Buckets,
): Promise<HttpReply> {
  const { body, contentType, etag, modifiedAt } = await buckets.get(principal, bucket, key);
  const lastModified = new Date(modifiedAt).toUTCString();
  return { status: 200, headers: { 'content-type': contentType, etag, 'last-modified': lastModified }, body };
}

function listObjects(
  { principal }: AuthorizedCall,
  input: InputOf<typeof LIST>,
  buckets: Buckets,
): HttpReply {
  const { bucket, prefix = '', 'continuation-token': token, 'start-after': startAfter = '' } = input;
  const most = Math.min(Number(input['max-keys'] ?? PAGE), PAGE);
  // A token is the last key of the pages before, in base64.
  const after = token === undefined ? startAfter : Buffer.from(token, 'base64').toString();
  const isAfter = (key: string) => Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0;
  const found = buckets.list(principal, bucket).filter(({ key }) => key.startsWith(prefix) && isAfter(key));
  const page = found.slice(0, most);
  const next = page.length > 0 && page.length < found.length ? page.at(-1)?.key : undefined;
  const encode = input['encoding-type'] === 'url' ? encodeURIComponent : (key: string) => key;
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
  return bucketArn({ partition: partitionOf(region) }, key === '' ? bucket : `${bucket}/${key}`);
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

function describe({ key, bytes, etag, modifiedAt }: StoredObject, encode: (key: string) => string): XmlValue {
  return {
    Key: encode(key),
    LastModified: new Date(modifiedAt).toISOString(),
    ETag: etag,
    Size: bytes,
    StorageClass: 'STANDARD',
  };
}
