import { createHash, createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import type { Credentials } from '../src/iam/principal.ts';

export interface S3Place {
  endpoint: string;
  region: string;
  credentials: Credentials;
}

export interface S3Request {
  method?: string;
  bucket: string;
  key?: string;
  /** In place of what bucket and key make. */
  path?: string;
  query?: Record<string, string>;
  body?: string | Buffer;
  /** Signed with the rest. */
  headers?: Record<string, string>;
  /** Sent over what was signed. */
  unsignedHeaders?: Record<string, string>;
  /** Sent in place of the body that was signed. */
  sentBody?: string;
}

export interface S3Response {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** A request to S3, signed as AWS describes it, without an SDK: each part of the path is encoded once. */
export async function s3Request(
  { endpoint, region, credentials }: S3Place,
  { method = 'GET', bucket, key = '', query = {}, body = '', headers = {}, ...sent }: S3Request,
): Promise<S3Response> {
  const { host, hostname, port } = new URL(endpoint);
  const { path = pathOf(bucket, key) } = sent;
  const search = Object.entries(query)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const amzDate = new Date().toISOString().replace(/[:-]|\.\d+/g, '');
  const signed: Record<string, string> = {
    host,
    'x-amz-content-sha256': sha256(body),
    'x-amz-date': amzDate,
    ...(credentials.sessionToken !== undefined && { 'x-amz-security-token': credentials.sessionToken }),
    ...headers,
  };
  const names = Object.keys(signed).sort();
  const canonical = [
    method,
    path,
    search,
    ...names.map((name) => `${name}:${signed[name]}`),
    '',
    names.join(';'),
    signed['x-amz-content-sha256'],
  ].join('\n');
  const scope = `${amzDate.slice(0, 8)}/${region}/s3/aws4_request`;
  const key4 = scope.split('/').reduce(hmac, Buffer.from(`AWS4${credentials.secretAccessKey}`));
  const signature = hmac(key4, ['AWS4-HMAC-SHA256', amzDate, scope, sha256(canonical)].join('\n')).toString(
    'hex',
  );
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;

  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        hostname,
        port,
        method,
        // Not through URL, which would take dots out of the path.
        path: search === '' ? path : `${path}?${search}`,
        headers: { ...signed, authorization, ...sent.unsignedHeaders },
      },
      async (response) => {
        const parts: Buffer[] = [];
        for await (const part of response) parts.push(part);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) });
      },
    );
    request.once('error', reject);
    request.end(sent.sentBody ?? body);
  });
}

function pathOf(bucket: string, key: string): string {
  return `/${bucket}${key === '' ? '' : `/${key.split('/').map(encode).join('/')}`}`;
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
