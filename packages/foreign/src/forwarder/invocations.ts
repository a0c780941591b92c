import type { Call } from '../moto/call.ts';

export interface Invocation {
  /** The ARN, or what else the path named, with its alias. */
  target: string;
  /** Whose credentials signed the call. */
  account: string | undefined;
  type: string;
  event: unknown;
}

/** The functions that were invoked, in this order. */
export function invocations(calls: readonly Call[]): Invocation[] {
  return calls.flatMap(({ action, account, headers, body }) => {
    const [, path = ''] = /^POST \/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(action) ?? [];
    if (path === '') return [];
    const type = String(headers['x-amz-invocation-type']);
    return [{ target: decodeURIComponent(path), account, type, event: JSON.parse(body.toString()) }];
  });
}
