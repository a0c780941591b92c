import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { routesYaml, write, xacct } from './xacct.ts';

const COMMANDS = [
  'add',
  'validate',
  'synth',
  'diff',
  'deploy',
  'destroy',
  'demo',
  'local',
  'export',
  'limits',
  'doctor',
  'status',
  'parked',
  'redrive',
];

describe('xacct', () => {
  test.each(COMMANDS)('explains %s with --help', async (command) => {
    const { code, stdout, stderr } = await xacct(command, '--help');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`Usage: xacct ${command}`);
  });

  test('lists the commands and exit codes with --help', async () => {
    const { code, stdout } = await xacct('--help');
    expect(code).toBe(0);
    for (const word of [...COMMANDS, '2 wrong usage']) expect(stdout).toContain(word);
  });

  test.each([
    ['an unknown command', ['deploi'], "unknown command 'deploi'"],
    ['an unknown option', ['validate', '--file', 'x'], "unknown option '--file'"],
    [
      'a number of records that is none',
      ['demo', '--records', 'many'],
      'Expected a whole number, 1 to 1000000, got "many".',
    ],
    [
      'a port out of range',
      ['local', '--port', '70000'],
      'Expected a whole number, 0 to 65535, got "70000".',
    ],
    [
      'an input file that is not there',
      ['demo', '--input', 'nowhere.jsonl'],
      'nowhere.jsonl: cannot be read (ENOENT)',
    ],
  ])('ends with 2 for %s', async (_, args, message) => {
    const { code, stdout, stderr } = await xacct(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('names the line of an input file that is no JSON', async () => {
    write('routes.yaml', routesYaml());
    const input = write('events.jsonl', '{"order":1}\n{"order":\n');
    const { code, stdout, stderr } = await xacct('demo', '--input', input);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^events\.jsonl:2: not a JSON document: .*\. Write one a line$/m);
  });

  test('reports which port is in use, and starts nothing', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    try {
      write('routes.yaml', routesYaml());
      const { code, stdout, stderr } = await xacct('local', '--port', String(port));
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(`Port ${port} is in use. Choose another with --port, or 0 for any free one`);
      expect(stderr).not.toMatch(/^\s+at /m);
    } finally {
      server.close();
    }
  });

  test('reports what a folder lacks that is not a cloud assembly', async () => {
    const { code, stderr } = await xacct('demo', '--assembly', 'nowhere');
    expect(code).toBe(1);
    expect(stderr).toBe(
      'nowhere/manifest.json is no part of a cloud assembly: it cannot be read (ENOENT). Write it with "xacct synth"\n',
    );
  });
});
