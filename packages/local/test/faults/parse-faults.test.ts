import { readFileSync } from 'node:fs';
import { formatProblem } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { validateFaultsFile } from '../../scripts/validate-faults-file.ts';
import { parseFaults } from '../../src/faults/parse-faults.ts';

const problemsOf = (text: string) => parseFaults(text).problems.map(formatProblem);
/** Of a file with this one rule, without the place that they begin with. */
const problemsOfRule = (rule: string) =>
  problemsOf(`rules:\n  - ${rule}\n`).map((problem) => problem.replace(/^faults\.yaml:\d+:\d+ /, ''));

describe('parseFaults', () => {
  test('reads rules, and fills in their defaults', () => {
    const { faults, problems } = parseFaults(`
seed: 7
rules:
  - { name: slow, service: lambda, function: reader, latencyMs: { p50: 20, p99: 400 }, rate: 0.5 }
  - { service: sts, account: "999999999999", throttle: 0.1, fromSeconds: 5, toSeconds: 20.5 }
  - { kill: true }
`);
    expect(problems).toEqual([]);
    const all = { service: undefined, operation: undefined, account: undefined, region: undefined };
    const rest = { latencyMs: undefined, ending: undefined, duplicate: undefined, kill: false };
    expect(faults).toEqual({
      seed: 7,
      rules: [
        {
          ...rest,
          name: 'slow',
          select: { ...all, service: 'lambda', function: 'reader' },
          fromMs: 0,
          toMs: Number.POSITIVE_INFINITY,
          rate: 0.5,
          latencyMs: { p50: 20, p99: 400 },
        },
        {
          ...rest,
          name: 'rule 2',
          select: { ...all, service: 'sts', account: '999999999999', function: undefined },
          fromMs: 5_000,
          toMs: 20_500,
          rate: 0.1,
          ending: { kind: 'throttle' },
        },
        {
          ...rest,
          name: 'rule 3',
          select: { ...all, function: undefined },
          fromMs: 0,
          toMs: Number.POSITIVE_INFINITY,
          rate: 1,
          kill: true,
        },
      ],
    });
  });

  test.each([
    ['error: ServiceException', { kind: 'error', name: 'ServiceException' }],
    ['throttle: 1', { kind: 'throttle' }],
    ['{ outage: true, fromSeconds: 0, toSeconds: 1 }', { kind: 'unavailable' }],
    ['hang: true', { kind: 'hang' }],
    ['reset: request', { kind: 'reset', of: 'request' }],
    ['reset: answer', { kind: 'reset', of: 'answer' }],
  ])('reads how a call ends: %s', (text, ending) => {
    const written = text.startsWith('{') ? text.slice(1, -1) : text;
    const { faults } = parseFaults(`rules:\n  - { service: lambda, ${written} }\n`);
    expect(faults?.rules[0]?.ending).toEqual(ending);
  });

  test('reports every mistake in the shape of a file at once, with its place', () => {
    expect(
      problemsOf(`seed: -1
rules:
  - { servise: sts, rate: 2, hang: false }
  - { service: dynamodb, account: 999999999999, latencyMs: fast, duplicate: batches }
`),
    ).toEqual([
      'faults.yaml:1:7 seed: expected 0–4294967295, got -1',
      'faults.yaml:3:7 rules[0].servise: unknown key "servise"; did you mean "service"?',
      'faults.yaml:3:27 rules[0].rate: expected 0–1, got 2',
      'faults.yaml:3:36 rules[0].hang: expected true, got false',
      'faults.yaml:4:16 rules[1].service: expected kinesis, lambda, s3, sqs, ssm or sts, got "dynamodb"',
      'faults.yaml:4:35 rules[1].account: expected a 12-digit account ID in quotes, got 999999999999 (a number); put it in quotes: "999999999999"',
      'faults.yaml:4:60 rules[1].latencyMs: expected 0–3600000, or { p50: …, p99: … } of a log-normal distribution, got "fast"',
      'faults.yaml:4:77 rules[1].duplicate: expected batch or event or message, got "batches"',
    ]);
  });

  test.each([
    ['', 'faults.yaml:1:1: the file is empty; start with "rules"; see docs/local-aws.md#faults'],
    ['{}', 'faults.yaml:1:1: "rules" is missing (which calls fail, and how)'],
    ['rules: []', 'faults.yaml:1:8 rules: expected at least one entry, got none'],
    ['rules: [', expect.stringContaining('faults.yaml:1:')],
  ])('refuses a file without rules: %j', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  test.each([
    [
      '{ service: sts, operation: AssumeRol, hang: true }',
      'rules[0].operation: expected one of the operations of sts: AssumeRole, GetCallerIdentity; got "AssumeRol"; did you mean "AssumeRole"?',
    ],
    [
      '{ service: ssm, error: Nonsense }',
      'rules[0].error: expected one of the errors of ssm: AccessDeniedException, InternalFailure, ServiceUnavailable, ThrottlingException, InternalServerError, ParameterNotFound; got "Nonsense"',
    ],
    [
      '{ error: ServiceException }',
      'rules[0].error: the rule names no service, so that it is not known whose it is; add "service"',
    ],
    [
      '{ operation: AssumeRole, hang: true }',
      'rules[0].operation: the rule names no service, so that it is not known whose it is; add "service"',
    ],
    [
      '{ service: sts, function: reader, hang: true }',
      'rules[0].function: a call of sts names no function; select by "account", or set "service: lambda"',
    ],
    [
      '{ function: reader, duplicate: message }',
      'rules[0].function: a message of a queue names no function; select by "account"',
    ],
    [
      '{ service: sts }',
      'rules[0]: the rule makes no fault; add one of error, throttle, outage, hang, reset, latencyMs, duplicate, kill',
    ],
    [
      '{ hang: true, reset: request }',
      'rules[0].reset: a call ends once: the rule has "hang" already; make it a rule of its own',
    ],
    ['{ service: sts, kill: true }', 'rules[0].service: expected lambda beside "kill", got sts'],
    [
      '{ service: lambda, operation: InvokeFunction, kill: true }',
      'rules[0].operation: "kill" belongs to no operation; leave "operation" out',
    ],
    [
      '{ service: lambda, duplicate: message }',
      'rules[0].service: expected sqs beside "duplicate", got lambda',
    ],
    [
      '{ duplicate: batch, latencyMs: 5 }',
      'rules[0].latencyMs: "latencyMs" is of calls, and "duplicate" is not; make it a rule of its own',
    ],
    [
      '{ duplicate: message, kill: true }',
      'rules[0].kill: a queue has no process; make it a rule of its own',
    ],
    [
      '{ hang: true, fromSeconds: 5, toSeconds: 5 }',
      'rules[0].toSeconds: expected more than "fromSeconds", 5, got 5',
    ],
    [
      '{ outage: true, fromSeconds: 5 }',
      'rules[0].outage: an outage begins and ends; add "fromSeconds" and "toSeconds"',
    ],
    [
      '{ outage: true, fromSeconds: 5, toSeconds: 6, rate: 0.5 }',
      'rules[0].rate: in an outage every call fails; leave "rate" out, or name an "error"',
    ],
    ['{ throttle: 0.5, rate: 0.5 }', 'rules[0].rate: "throttle" is a rate already; leave "rate" out'],
    ['{ latencyMs: { p50: 5, p99: 4 } }', 'rules[0].latencyMs: expected p99 of at least p50, 5, got 4'],
  ])('refuses the rule %s', (rule, problem) => {
    expect(problemsOfRule(rule)).toEqual([problem]);
  });

  test('has a validator that follows from its schema; run `pnpm generate` where it does not', async () => {
    const file = new URL('../../src/generated/validate-faults-file.js', import.meta.url);
    expect(readFileSync(file, 'utf8')).toBe(await validateFaultsFile());
  });
});
