import type { ProbeAnswer, Route } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { judgeProbes } from '../../src/doctor/judge-probes.ts';
import { probeRoute } from '../../src/doctor/probe-route.ts';
import { type Answers, awsError, examinedOf } from './examined.ts';

const target = (index: number) => ({
  target: `arn:aws:lambda:us-west-2:999999999999:function:reader-${index}`,
  role: 'arn:aws:iam::999999999999:role/xacct-route-orders',
  outcome: 'ok' as const,
});

function answer(part: number, parts: number, targets: number): ProbeAnswer {
  return {
    xacct: 'probe/1',
    parts,
    parameter: 'ok',
    targets: Array.from({ length: targets }, (_, index) => target(part * 100 + index)),
    ...(part === 0 && { retryQueue: 'ok', failureBucket: 'ok' }),
  };
}

const payload = (value: unknown) => ({ Payload: Buffer.from(JSON.stringify(value)) });

async function probe(answers: Answers) {
  const examined = examinedOf(answers);
  const parts: number[] = [];
  const [route] = examined.chosen as [Route];
  const probed = await probeRoute(route, 'forwarder', examined.clients.lambda, (targets) =>
    parts.push(targets),
  );
  return { probed, parts, findings: judgeProbes([probed], examined) };
}

describe('probeRoute', () => {
  test('asks for every part once, and puts them together', async () => {
    const asked: unknown[] = [];
    const { probed, parts, findings } = await probe({
      InvokeCommand({ FunctionName, Payload }) {
        const request = JSON.parse(String(Payload));
        asked.push([FunctionName, request]);
        return payload(answer(request.part, 6, request.part === 5 ? 7 : 100));
      },
    });
    const streamArn = 'arn:aws:kinesis:us-west-2:111111111111:stream/orders';
    expect(asked).toEqual(
      [0, 1, 2, 3, 4, 5].map((part) => ['forwarder', { xacct: 'probe/1', route: 'orders', streamArn, part }]),
    );
    expect('answer' in probed && probed.answer.targets).toEqual(
      Array.from({ length: 507 }, (_, i) => target(i)),
    );
    expect(parts.reduce((sum, targets) => sum + targets, 0)).toBe(507);
    expect(findings).toEqual([]);
  });

  test.each<[what: string, answers: object, check: string, found: RegExp, fix: RegExp]>([
    [
      'is not there',
      awsError('ResourceNotFoundException'),
      'forwarder',
      /^ResourceNotFoundException: no$/,
      /^xacct deploy --forwarder default$/,
    ],
    [
      'the operator may not invoke',
      awsError('AccessDeniedException'),
      'permission',
      /^AccessDeniedException: no$/,
      /^allow lambda:InvokeFunction: docs\/operating\.md, "What doctor needs"/,
    ],
    [
      'throws',
      { FunctionError: 'Unhandled', ...payload({ errorType: 'Error', errorMessage: 'Cannot find module' }) },
      'forwarder',
      /^Error: Cannot find module$/,
      /^aws logs tail \/aws\/lambda\/xacct-forwarder-default --since 10m --region us-west-2$/,
    ],
    [
      'knows no probe',
      payload({ batchItemFailures: [] }),
      'forwarder',
      /knows no probe$/,
      /^xacct deploy --forwarder default$/,
    ],
  ])('reports a forwarder that %s', async (_, invoked, check, found, fix) => {
    const { findings } = await probe({ InvokeCommand: invoked });
    expect(findings).toEqual([
      expect.objectContaining({
        severity: 'error',
        check,
        where: 'function xacct-forwarder-default',
        found: expect.stringMatching(found),
        fix: expect.stringMatching(fix),
      }),
    ]);
  });

  test('only warns of a broken target that is paused', async () => {
    const missing = { class: 'refused', reason: 'ResourceNotFoundException: no' };
    const targets = [{ ...target(0), paused: true as const, outcome: missing }, target(1)];
    const { findings } = await probe({ InvokeCommand: payload({ ...answer(0, 1, 0), targets }) });
    expect(findings).toEqual([
      expect.objectContaining({
        severity: 'warning',
        check: 'function',
        found: 'paused, and refused: ResourceNotFoundException: no',
      }),
    ]);
  });
});
