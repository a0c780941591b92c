import type { IncomingMessage } from 'node:http';

/** Other machines cannot reach it. */
export const HOST = '127.0.0.1';

/**
 * Why a request is refused; undefined if it is not. A page of another site may resolve its own name to 127.0.0.1 (DNS rebinding):
 * the `Host` header shows which name the browser asked for.
 */
export function refusalOf(
  { headers, method }: Pick<IncomingMessage, 'headers' | 'method'>,
  port: number,
): { status: number; reason: string } | undefined {
  const allowed = [`${HOST}:${port}`, `localhost:${port}`];
  if (!allowed.includes(headers.host ?? ''))
    return { status: 403, reason: `This page is served only at ${allowed.join(' and ')}` };
  const site = headers['sec-fetch-site'];
  const opens = headers['sec-fetch-mode'] === 'navigate';
  if (site === 'cross-site' && !opens) return { status: 403, reason: 'Other sites may not read this page' };
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, reason: 'The page is read-only' };
  return undefined;
}
