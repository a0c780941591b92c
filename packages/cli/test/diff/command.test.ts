import { beforeAll, describe, expect, test } from 'vitest';
import { routesYaml, write, xacct, xacctProcess } from '../xacct.ts';

beforeAll(async () => {
  write('before.yaml', routesYaml());
  expect(await xacct('synth', '--config', 'before.yaml', '--out', 'before')).toMatchObject({
    code: 0,
    stderr: '',
  });
});

describe('xacct diff', () => {
  test('prints the changes route by route, then the number of unchanged routes', async () => {
    const invoices = '  - stream: invoices\n    targets: [{ account: billing, function: ledger }]\n';
    const config = write(
      'routes.yaml',
      `${routesYaml().replace('orders\n', 'orders\n    batchSize: 500\n')}${invoices}`,
    );
    const { code, stdout } = await xacctProcess('diff', '--config', config, '--from', 'before');
    expect(code).toBe(0);
    expect(stdout).toBe(
      `+ route invoices → billing/ledger (222222222222): 1 role, 2 mappings, 1 parameter, 2 queues, 2 queue policies, 6 alarms
~ route orders: batchSize 100 → 500 (mapping updated in place)
~ stack xacct-forwarder-default: 1 policy, 1 dashboard updated
Nothing else changes: 1 route stays as it is
`,
    );
  });

  test('reports that nothing changes', async () => {
    const { code, stdout } = await xacct('diff', '--config', 'before.yaml', '--from', 'before');
    expect([code, stdout]).toEqual([0, 'Nothing changes: 2 routes stay as they are\n']);
  });

  test('prints one object with --json', async () => {
    const config = write('routes.yaml', routesYaml().replace('orders\n', 'orders\n    batchSize: 500\n'));
    const { code, stdout } = await xacct('diff', '--config', config, '--from', 'before', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      routes: [
        {
          route: 'orders',
          change: 'update',
          targets: ['arn:aws:lambda:us-west-2:999999999999:function:reader'],
          details: ['batchSize 100 → 500 (mapping updated in place)'],
        },
      ],
      others: [],
      unchangedRoutes: 1,
      stacks: [
        {
          name: 'xacct-route-orders',
          account: '111111111111',
          change: 'update',
          resources: [
            {
              id: 'Mapping',
              type: 'AWS::Lambda::EventSourceMapping',
              change: 'update',
              properties: ['BatchSize'],
            },
          ],
        },
      ],
      unreadable: [],
    });
  });

  test('ends with 2 for a folder that is no assembly, and for what cannot go together', async () => {
    const { code, stdout, stderr } = await xacct('diff', '--config', 'before.yaml', '--from', 'nowhere');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /^nowhere\/manifest\.json is no part of a cloud assembly: it cannot be read \(ENOENT\)\. Write one with "xacct synth"$/m,
    );
    expect((await xacct('diff', '--cdk', '--json')).code).toBe(2);
  });

  test('reports every problem of a file before it reads anything else', async () => {
    const { code, stderr } = await xacct(
      'diff',
      '--config',
      write('wrong.yaml', routesYaml('  - stream: orders\n')),
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/^wrong\.yaml:10:5 routes\[0\]: "targets" is missing/);
  });
});
