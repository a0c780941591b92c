import { describe, expect, test } from 'vitest';
import { renderReady } from '../../src/local/render-ready.ts';

const TABLE = 'arn:aws:dynamodb:us-west-2:111111111111:table/items/stream/2026-01-15T12:00:00.000';
const STREAM = 'arn:aws:kinesis:us-west-2:111111111111:stream/orders';

function render(streamArn: string, streamName: string): string {
  return renderReady({
    endpoint: 'http://127.0.0.1:4580',
    region: 'us-west-2',
    credentials: { '111111111111': { accessKeyId: 'AKIA1', secretAccessKey: 'secret1' } },
    deliveries: '/deliveries',
    routes: [{ streamArn, streamName }],
  });
}

describe('renderReady', () => {
  test('shows how to put a first record on a Kinesis stream', () => {
    expect(render(STREAM, 'orders')).toContain(
      [
        '  AWS_ACCESS_KEY_ID=AKIA1 AWS_SECRET_ACCESS_KEY=secret1 \\',
        '  aws --endpoint-url http://127.0.0.1:4580 --region us-west-2 kinesis put-record \\',
        '    --stream-name orders --partition-key 1 --data aGVsbG8=',
      ].join('\n'),
    );
  });

  test('shows how to put a first change on the stream of a table', () => {
    expect(render(TABLE, 'items')).toContain(
      [
        '  curl http://127.0.0.1:4580 --aws-sigv4 aws:amz:us-west-2:dynamodb \\',
        '    --user AKIA1:secret1 \\',
        "    -H 'X-Amz-Target: XacctLocal.PutStreamRecords' -H 'Content-Type: application/x-amz-json-1.0' \\",
        `    -d '{"StreamArn":"${TABLE}","Records":[{"Keys":{"id":{"S":"1"}},"NewImage":{"id":{"S":"1"}}}]}'`,
      ].join('\n'),
    );
  });
});
