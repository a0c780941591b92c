import { describe, expect, test } from 'vitest';
import { routesYaml, write, xacct, xacctProcess } from '../xacct.ts';

describe('xacct validate', () => {
  test('prints "valid" with counts, and nothing else', async () => {
    write('routes.yaml', routesYaml());
    expect(await xacctProcess('validate')).toEqual({
      code: 0,
      stdout: 'valid: 2 routes, 3 targets in 2 accounts\n',
      stderr: '',
    });
  });

  test('prints an empty array for a valid file', async () => {
    const { code, stdout } = await xacct('validate', '--json', '--config', write('valid.yaml', routesYaml()));
    expect([code, JSON.parse(stdout)]).toEqual([0, []]);
  });

  test('prints every problem with its place', async () => {
    const file = write(
      'wrong.yaml',
      routesYaml(`  - stream: orders
    batchSize: 0
    targets:
      - account: analytic
        function: reader
  - stream: payments
    batchsize: 5
    targets: [{ account: analytics, function: reader }]
`),
    );
    const { code, stdout, stderr } = await xacct('validate', '--config', file);
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toMatch(/^wrong\.yaml:11:16 routes\[0\]\.batchSize: expected 1–10000, got 0$/m);
    expect(stdout).toMatch(
      /^wrong\.yaml:16:5 routes\[1\]\.batchsize: unknown key "batchsize"; did you mean "batchSize"\?$/m,
    );
  });

  test('prints problems as JSON objects', async () => {
    const file = write('unquoted.yaml', routesYaml().replace('"999999999999"', '999999999999'));
    const { code, stdout } = await xacct('validate', '--json', '--config', file);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual([
      {
        path: 'accounts.analytics',
        line: 5,
        column: 14,
        severity: 'error',
        code: 'wrong-type',
        message: 'expected a 12-digit account ID in quotes, got 999999999999 (a number)',
        hint: 'put it in quotes: "999999999999"',
      },
    ]);
  });

  test('shows the place in the file under each problem', async () => {
    const file = write('frame.yaml', routesYaml().replace('account: analytics', 'account: analytic'));
    const { stdout } = await xacct('validate', '--config', file);
    expect(stdout).toBe(
      [
        'frame.yaml:12:18 routes[0].targets[0].account: account "analytic" is not known, expected one of analytics, billing, or 12 digits; did you mean "analytics"?',
        '  11 │     targets:',
        '  12 │       - account: analytic',
        '     │                  ^^^^^^^^',
        '',
      ].join('\n'),
    );
  });

  test('treats warnings as errors with --strict', async () => {
    const file = write(
      'warned.yaml',
      routesYaml().replace('  - stream: orders', '  - stream: orders\n    batchWindowSeconds: 0'),
    );
    const lenient = await xacct('validate', '--config', file);
    expect([lenient.code, lenient.stdout]).toEqual([
      0,
      expect.stringContaining('routes[0].batchWindowSeconds: warning: '),
    ]);
    expect(lenient.stdout).toMatch(/^valid: 2 routes, 3 targets in 2 accounts, 1 warning$/m);
    const strict = await xacct('validate', '--strict', '--config', file);
    expect([strict.code, strict.stdout]).toEqual([
      1,
      expect.stringContaining('routes[0].batchWindowSeconds: with a window'),
    ]);
    expect(strict.stdout).not.toContain('valid:');
  });

  test('ends with one clear message for a file that is not there', async () => {
    expect(await xacct('validate', '--config', 'nowhere.yaml')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'nowhere.yaml: no such file. Name one with --config FILE\n',
    });
  });

  test.each([
    ['an empty file', '', /^bad\.yaml:1:1: the file is empty/],
    ['broken YAML', 'routes: [\n', /^bad\.yaml:\d+:\d+: /],
  ])('reports %s with its place, without a stack trace', async (_, text, message) => {
    const { code, stdout, stderr } = await xacct('validate', '--config', write('bad.yaml', text));
    expect(code).toBe(1);
    expect(stdout).toMatch(message);
    expect(stdout + stderr).not.toMatch(/^\s+at /m);
  });
});
