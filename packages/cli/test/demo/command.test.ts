import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { routesYaml, write, xacct, xacctProcess } from '../xacct.ts';

describe('xacct demo', () => {
  test('accounts for every record at every target, and prints one JSON object', async () => {
    write('routes.yaml', routesYaml());
    const { code, stdout } = await xacctProcess('demo', '--records', '40', '--json');
    expect(code).toBe(0);
    const { records, targets, calls } = JSON.parse(stdout);
    expect(records).toEqual({
      put: 120,
      delivered: 120,
      filtered: 0,
      parked: 0,
      paused: 0,
      failed: 0,
      duplicates: 0,
      lost: 0,
    });
    expect(targets).toHaveLength(3);
    expect(targets[2]).toMatchObject({
      route: 'payments',
      account: '999999999999',
      function: 'ledger:live',
      region: 'us-west-2',
      put: 40,
      delivered: 40,
      lost: 0,
      p50Ms: expect.any(Number),
      p95Ms: expect.any(Number),
    });
    expect(calls).toMatchObject({
      'sts:AssumeRole': expect.any(Number),
      'lambda:InvokeFunction': expect.any(Number),
    });
  });

  test('runs a file with every option of an organization, keys and paths of roles and all', async () => {
    const guarded = new URL('../../../core/test/fixtures/valid/guarded.yaml', import.meta.url);
    const file = write('guarded.yaml', readFileSync(guarded, 'utf8'));
    const { code, stdout } = await xacct('demo', '--config', file, '--records', '10', '--json');
    expect([code, JSON.parse(stdout).records]).toEqual([
      0,
      { put: 70, delivered: 70, filtered: 0, parked: 0, paused: 0, failed: 0, duplicates: 0, lost: 0 },
    ]);
  });

  test('misses no record of a mapping that starts at the latest', async () => {
    const file = write(
      'latest.yaml',
      routesYaml().replaceAll('    targets:', '    startingPosition: LATEST\n    targets:'),
    );
    const { code, stdout } = await xacct('demo', '--config', file, '--records', '10', '--json');
    expect([code, JSON.parse(stdout).records]).toEqual([
      0,
      { put: 30, delivered: 30, filtered: 0, parked: 0, paused: 0, failed: 0, duplicates: 0, lost: 0 },
    ]);
  });

  test('accounts for the records of a table, and of a stream that a consumer reads', async () => {
    const file = write(
      'tables.yaml',
      routesYaml(`  - stream: arn:aws:dynamodb:us-west-2:111111111111:table/items/stream/2026-01-15T12:00:00.000
    name: items
    filters:
      - eventName: [INSERT]
      - eventName: [REMOVE]
    targets:
      - account: analytics
        function: reader
      - account: billing
        function: ledger
        filter: { dynamodb: { NewImage: { kind: { S: [order] } } } }
  - stream: orders
    enhancedFanOut: true
    targets:
      - account: analytics
        function: reader
`),
    );
    const input = write('items.jsonl', ['{"kind":"order"}', '{"kind":"note"}', '[1]'].join('\n'));
    const { code, stdout } = await xacct('demo', '--config', file, '--input', input, '--json');
    const { records, targets } = JSON.parse(stdout);
    expect([code, records]).toEqual([
      0,
      { put: 9, delivered: 7, filtered: 2, parked: 0, paused: 0, failed: 0, duplicates: 0, lost: 0 },
    ]);
    expect(targets).toMatchObject([
      { route: 'items', function: 'ledger', delivered: 1, filtered: 2 },
      { route: 'items', function: 'reader', delivered: 3 },
      { route: 'orders', function: 'reader', delivered: 3 },
    ]);
  });

  test('counts what is kept for a paused target, and ends without a wait for it', async () => {
    const file = write(
      'paused.yaml',
      routesYaml(`  - stream: orders
    targets:
      - { account: analytics, function: reader, paused: true }
      - { account: billing, function: ledger }
`),
    );
    const input = write('paused.jsonl', ['{"a":1}', '{"a":2}'].join('\n'));
    const ran = await xacct('demo', '--config', file, '--input', input, '--timeout', '60');
    expect(ran.code).toBe(0);
    const rows = ran.stdout.split('\n').map((line) => line.split(/ {2,}/).slice(0, 10));
    expect(rows[0]?.slice(3)).toEqual([
      'put',
      'delivered',
      'filtered',
      'parked',
      'paused',
      'failed',
      'duplicates',
    ]);
    expect(rows.slice(2, 4).map((row) => row.slice(1))).toEqual([
      ['222222222222', 'ledger', '2', '2', '0', '0', '0', '0', '0'],
      ['999999999999', 'reader', '2', '0', '0', '0', '2', '0', '0'],
    ]);
  });

  test('keeps from each target what the filters of its route and its own do not let through', async () => {
    const file = write(
      'filters.yaml',
      routesYaml(`  - stream: orders
    filters:
      - data: { kind: [order] }
      - data: { kind: [{ prefix: re }] }
    targets:
      - account: analytics
        function: reader
      - account: billing
        function: ledger
        filter: { data: { total: [{ numeric: [">", 10] }] } }
`),
    );
    const input = write(
      'kinds.jsonl',
      [
        '{"kind":"order","total":5}',
        '{"kind":"refund","total":11}',
        '{"kind":"note","total":20}',
        '["kind"]',
      ].join('\n'),
    );
    const { code, stdout } = await xacct(
      'demo',
      '--config',
      file,
      '--input',
      input,
      '--records',
      '40',
      '--json',
    );
    const { records, targets } = JSON.parse(stdout);
    expect([code, records]).toEqual([
      0,
      { put: 80, delivered: 30, filtered: 50, parked: 0, paused: 0, failed: 0, duplicates: 0, lost: 0 },
    ]);
    expect(targets).toEqual([
      expect.objectContaining({ function: 'ledger', delivered: 10, filtered: 30 }),
      expect.objectContaining({ function: 'reader', delivered: 20, filtered: 20 }),
    ]);
  });

  test('puts the documents of a file, and prints a table', async () => {
    write('routes.yaml', routesYaml());
    const input = write('events.jsonl', '{"order":1}\n\n{"order":"zwei – ❷"}\r\n[3]');
    const { code, stdout, stderr } = await xacct('demo', '--input', input);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^orders +999999999999 +reader +3 +3 +0 +0 +0 +0 +0 +\d+ +\d+$/m);
    expect(stderr).toContain('Every record is accounted for');
  });

  test('names the routes that it leaves out, and fails where nothing is left', async () => {
    const one =
      '  - stream: orders\n    enabled: false\n    targets: [{ account: analytics, function: reader }]\n';
    const file = write('disabled.yaml', routesYaml(one));
    const { code, stdout, stderr } = await xacct('demo', '--config', file, '--records', '3');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(
      'Route orders is not enabled and is left out\nNo route is enabled: there is nothing to run\n',
    );
  });
});
