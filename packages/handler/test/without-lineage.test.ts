import { describe, expect, test } from 'vitest';
import { withoutLineage } from '../src/without-lineage.ts';

async function sentHeaders(headers: Record<string, string>): Promise<unknown> {
  let sent: unknown;
  const handle = withoutLineage<object, object>(async ({ request }) => {
    sent = (request as { headers: unknown }).headers;
    return { response: {}, output: {} };
  });
  await handle({ input: {}, request: { headers } });
  return sent;
}

describe('withoutLineage', () => {
  test.for(['X-Amzn-Trace-Id', 'x-amzn-trace-id'])(
    'takes the lineage out of %s, and leaves the trace',
    async (name) => {
      expect(
        await sentHeaders({
          [name]: 'Root=1-5;Parent=53;Sampled=1;Lineage=1:a87bd80c:15',
          other: 'Lineage=1',
        }),
      ).toEqual({
        [name]: 'Root=1-5;Parent=53;Sampled=1',
        other: 'Lineage=1',
      });
    },
  );

  test('leaves what is called otherwise', async () => {
    const headers = { 'x-amzn-trace-id': 'Root=1-5;MyLineage=1:a87bd80c:15' };

    expect(await sentHeaders({ ...headers })).toEqual(headers);
  });

  test('leaves a request without a trace as it is', async () => {
    expect(await sentHeaders({ host: 'sqs' })).toEqual({ host: 'sqs' });
  });
});
