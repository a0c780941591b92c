import type { IncomingMessage } from 'node:http';

/** A call of an AWS API, as it was sent. */
export interface Call {
  /** As in a signature: `cloudformation`, `sts`. */
  service: string;
  /** `CreateChangeSet`; of an API that is called by paths, the method and the path. */
  action: string;
  /** Whose credentials signed it; undefined for those that no role was assumed for. */
  account: string | undefined;
  /** Of an API that is called by forms. */
  parameters: Readonly<Record<string, string>>;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** Reads a request. `accounts` are by access key id. */
export function readCall(
  { method = '', url = '', headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  body: Buffer,
  accounts: ReadonlyMap<string, string>,
): Call {
  const [, keyId = '', service = ''] =
    /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  const parameters = isForm ? Object.fromEntries(new URLSearchParams(body.toString())) : {};
  const target = String(headers['x-amz-target'] ?? '')
    .split('.')
    .at(-1);
  return {
    service,
    action: parameters.Action ?? (target || `${method} ${url}`),
    account: accounts.get(keyId),
    parameters,
    headers,
    body,
  };
}
