import { afterAll, expect } from 'vitest';
import { loggedLines } from './logged-lines.ts';

/** What the samples' data and all credentials of these tests begin with. */
const SECRETS = [
  'data of ',
  Buffer.from('data of ').toString('base64').slice(0, -1),
  'card 4111',
  Buffer.from('card 4111').toString('base64'),
  'secret of ',
  'issued secret ',
  'token of ',
];

/** After each file of tests: whatever it had logged holds neither data of a record nor a credential. */
afterAll(() => {
  for (const line of loggedLines) {
    for (const secret of SECRETS) expect(line).not.toContain(secret);
  }
});
