import { describe, expect, test, vi } from 'vitest';
import type { LostEvent } from '../../../src/services/lambda/event-queue.ts';
import { createFunctions } from '../../../src/services/lambda/functions.ts';
import type {
  FunctionRuntime,
  Invocation,
  InvocationResult,
} from '../../../src/services/lambda/invocation.ts';
import type { StoppedInvocation } from '../../../src/services/lambda/recursion.ts';
import { AwsError } from '../../../src/shared/aws-error.ts';
import { instantClock, invocation, NOON_MS, steppedClock } from '../../factories.ts';

const ARN = 'arn:aws:lambda:us-west-2:999999999999:function:reader';
const FAILED: InvocationResult = { payload: '{"errorMessage":"no"}', functionError: 'Unhandled' };
const TAKEN: InvocationResult = { payload: 'null' };
const THROTTLED = new AwsError('TooManyRequestsException', 'Rate Exceeded', 429);

/** Answers one after another, the last one for ever. */
function runtime(...answers: (InvocationResult | Error)[]) {
  const invocations: Invocation[] = [];
  const created: FunctionRuntime = {
    async invoke(taken) {
      const answer = answers[Math.min(invocations.length, answers.length - 1)];
      invocations.push(taken);
      if (answer instanceof Error) throw answer;
      return answer ?? TAKEN;
    },
    async stop() {},
  };
  return Object.assign(created, { invocations });
}

function queue(answers: (InvocationResult | Error)[], clock = instantClock()) {
  const lost: LostEvent[] = [];
  const functions = createFunctions(clock, (event) => lost.push(event));
  const run = runtime(...answers);
  functions.add(ARN, run);
  return { functions, run, lost, clock };
}

describe('Functions', () => {
  test('runs an event twice, with the same id, that its queue delivers twice', async () => {
    const twice = [ARN];
    const functions = createFunctions(
      instantClock(),
      () => {},
      (arn) => twice.pop() === arn,
    );
    const run = runtime(TAKEN);
    functions.add(ARN, run);
    for (const requestId of ['a', 'b']) functions.invokeLater(ARN, { ...invocation(), requestId });
    await functions.stop();
    expect(run.invocations.map(({ requestId }) => requestId)).toEqual(['a', 'a', 'b']);
  });

  test('invokes the function of an ARN', async () => {
    const { functions, run } = queue([FAILED]);
    const invoked = invocation();
    expect(await functions.invoke(ARN, invoked)).toEqual(FAILED);
    expect(run.invocations).toEqual([{ ...invoked, traceHeader: expect.stringMatching(/^Root=1-/) }]);
  });

  test('refuses an ARN that it does not know', async () => {
    const { functions } = queue([TAKEN]);
    const missing = {
      code: 'ResourceNotFoundException',
      status: 404,
      message: `Function not found: ${ARN}:live`,
    };
    expect(functions.has(ARN)).toBe(true);
    expect(functions.has(`${ARN}:live`)).toBe(false);
    await expect(functions.invoke(`${ARN}:live`, invocation())).rejects.toMatchObject(missing);
    expect(() => functions.invokeLater(`${ARN}:live`, invocation())).toThrow(
      expect.objectContaining(missing),
    );
  });

  test('tries an event again a minute and two minutes after its failures', async () => {
    const { functions, run, lost, clock } = queue([FAILED, FAILED, TAKEN]);
    functions.invokeLater(ARN, invocation({ requestId: 'a' }));
    await vi.waitFor(() => expect(run.invocations).toHaveLength(3));
    expect(clock.slept).toEqual([0, 60_000, 120_000]);
    expect(clock.now()).toBe(NOON_MS + 180_000);
    expect(run.invocations.map(({ requestId, invocationType }) => [requestId, invocationType])).toEqual([
      ['a', 'Event'],
      ['a', 'Event'],
      ['a', 'Event'],
    ]);
    expect(lost).toEqual([]);
  });

  test('reports an event that failed three times', async () => {
    const { functions, run, lost } = queue([FAILED]);
    functions.invokeLater(ARN, invocation({ requestId: 'a' }));
    await vi.waitFor(() => expect(lost).toHaveLength(1));
    expect(run.invocations).toHaveLength(3);
    expect(lost[0]).toMatchObject({
      invocation: { requestId: 'a' },
      condition: 'RetriesExhausted',
      attempts: 3,
      reason: FAILED.payload,
    });
  });

  test('gives up an event after six hours, however often the function ran by then', async () => {
    const { functions, lost, clock } = queue([FAILED, THROTTLED]);
    functions.invokeLater(ARN, invocation({ requestId: 'a' }));
    await vi.waitFor(() => expect(lost).toHaveLength(1));
    expect(lost[0]).toMatchObject({ condition: 'EventAgeExceeded', attempts: 1 });
    // After a minute, then from one second on, doubled up to five minutes.
    expect(clock.slept.slice(0, 12)).toEqual([
      0, 60_000, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000,
    ]);
    expect(clock.now() - NOON_MS).toBeGreaterThanOrEqual(6 * 3_600_000);
    expect(clock.now() - NOON_MS).toBeLessThan(6 * 3_600_000 + 300_000);
  });

  test('keeps a throttled event in the queue without counting that as a try', async () => {
    const { functions, run, lost } = queue([THROTTLED, THROTTLED, FAILED, THROTTLED, FAILED, TAKEN]);
    functions.invokeLater(ARN, invocation());
    await vi.waitFor(() => expect(run.invocations).toHaveLength(6));
    expect(lost).toEqual([]);
  });

  test('reports an event whose function never ran', async () => {
    const { functions, lost } = queue([new Error('broken')]);
    functions.invokeLater(ARN, invocation({ requestId: 'a' }));
    await vi.waitFor(() => expect(lost).toHaveLength(1));
    expect(lost[0]?.reason).toContain('broken');
  });

  test('drops the events that wait when it stops, and stops each function once', async () => {
    const lost: LostEvent[] = [];
    const functions = createFunctions(steppedClock(), (event) => lost.push(event));
    const run = runtime(TAKEN);
    const stop = vi.spyOn(run, 'stop');
    functions.add(ARN, run);
    functions.add(`${ARN}:live`, run);
    functions.invokeLater(ARN, invocation());
    await functions.stop();
    expect(stop).toHaveBeenCalledTimes(1);
    expect(run.invocations).toEqual([]);
    expect(lost).toEqual([]);
  });
});

describe('Functions in a recursive loop', () => {
  interface Loop {
    recursiveLoop?: 'Allow' | 'Terminate';
    /** Default: with the trace header of the invocation before. */
    causes?: (last: string | undefined) => string[];
  }

  /** Invokes a function again and again, each time with what the last invocation would send on. */
  function loop({ recursiveLoop, causes = (last) => (last === undefined ? [] : [last]) }: Loop = {}) {
    const stopped: StoppedInvocation[] = [];
    const functions = createFunctions(
      instantClock(),
      () => {},
      () => false,
      (one) => stopped.push(one),
    );
    const run = runtime(TAKEN);
    for (const arn of [ARN, `${ARN}:live`]) functions.add(arn, run, recursiveLoop);
    const next = (part: Partial<Invocation> = {}) =>
      invocation({ causes: causes(run.invocations.at(-1)?.traceHeader), ...part });
    return { functions, run, stopped, next };
  }

  const ERROR = { code: 'RecursiveInvocationException', status: 400 };

  test('stop the invocation after 16 of one chain, whether by name or by alias, and report it', async () => {
    const { functions, run, stopped, next } = loop();
    for (let count = 0; count < 16; count += 1)
      await functions.invoke(count % 2 === 0 ? ARN : `${ARN}:live`, next());
    const last = next({ requestId: 'a', queueArn: 'arn:aws:sqs:us-west-2:111111111111:retry' });
    await expect(functions.invoke(ARN, last)).rejects.toMatchObject(ERROR);
    await expect(functions.invoke(ARN, last)).rejects.toMatchObject(ERROR);
    expect(run.invocations).toHaveLength(16);
    const reported = { functionArn: ARN, requestId: 'a', queueArn: last.queueArn };
    expect(stopped).toEqual([reported, reported]);
  });

  test('drop an event of such a chain without an error', async () => {
    const { functions, run, stopped, next } = loop();
    for (let count = 0; count < 16; count += 1) await functions.invoke(ARN, next());
    functions.invokeLater(ARN, next({ requestId: 'a' }));
    await functions.stop();
    expect(run.invocations).toHaveLength(16);
    expect(stopped).toEqual([{ functionArn: ARN, requestId: 'a', queueArn: undefined }]);
  });

  test('count an event once, however often its function fails on it', async () => {
    const { functions, run } = queue([FAILED]);
    functions.invokeLater(ARN, invocation());
    await vi.waitFor(() => expect(run.invocations).toHaveLength(3));
    expect(new Set(run.invocations.map(({ traceHeader }) => traceHeader)).size).toBe(1);
  });

  test.for([
    ['is allowed to', { recursiveLoop: 'Allow' }],
    ['leaves the lineage out', { causes: () => ['Root=1-00000000-000000000000000000000000'] }],
    ['is invoked by streams', { causes: () => [] }],
  ] as [string, Loop][])('go on where the function %s', async ([, options]) => {
    const { functions, run, stopped, next } = loop(options);
    for (let count = 0; count < 40; count += 1) await functions.invoke(ARN, next());
    expect(run.invocations).toHaveLength(40);
    expect(stopped).toEqual([]);
  });
});
