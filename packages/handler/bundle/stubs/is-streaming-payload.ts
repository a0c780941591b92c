import { Readable } from 'node:stream';

/** Without a look at web streams: nothing here sends one, and to look would load them. */
export function isStreamingPayload(request: { body?: unknown } | undefined): boolean {
  return request?.body instanceof Readable;
}
