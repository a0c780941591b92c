import { createDecipheriv } from 'node:crypto';

/** What kinesalite 3 writes its iterators with: https://github.com/mhart/kinesalite/blob/master/db/index.js */
const KEY = Buffer.from('1133a5a833666b49abf28c8ba302930f0b2fb240dccd43cf4dfbc0ca91f17751', 'hex');
const IV = Buffer.from('7bf139dbabbea2d9995d6fcae1dff7da', 'hex');
const VERSION_BYTES = 8;

/** Name of the stream that an iterator reads; undefined for what is no iterator of the Kinesis server. */
export function iteratorStream(iterator: string): string | undefined {
  try {
    const decipher = createDecipheriv('aes-256-cbc', KEY, IV);
    const written = Buffer.from(iterator, 'base64').subarray(VERSION_BYTES);
    const text = Buffer.concat([decipher.update(written), decipher.final()]).toString();
    return text.split('/')[1];
  } catch {
    return undefined;
  }
}
