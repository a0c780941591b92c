import type { Readable } from 'node:stream';

/** The text of a response, once all of it is there. */
export function readBody(body: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    body.on('data', (part: Buffer) => parts.push(part));
    body.on('end', () => resolve(parts.length === 0 ? '' : Buffer.concat(parts).toString()));
    body.on('error', reject);
    body.on('close', () => {
      // An error for every response that has ended would take longer than all else here.
      if (!body.readableEnded) reject(new Error('The response was cut off'));
    });
  });
}
