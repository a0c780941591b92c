import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CallSubject } from '../../src/endpoint/service.ts';
import { createFaults, type Faults } from '../../src/faults/faults.ts';
import { knownServices } from '../../src/faults/known-services.ts';
import { parseFaults } from '../../src/faults/parse-faults.ts';
import { REGION, SOURCE, steppedClock, TARGET } from '../factories.ts';

const assume: CallSubject = { service: 'sts', operation: 'AssumeRole', account: TARGET, region: REGION };
const invoke: CallSubject = {
  service: 'lambda',
  operation: 'InvokeFunction',
  account: TARGET,
  region: REGION,
  function: 'reader',
};

function started(rules: string, { seed = 1, clock = steppedClock() } = {}) {
  const { faults: parsed, problems } = parseFaults(`rules: [${rules}]`);
  if (parsed === undefined) throw new Error(JSON.stringify(problems));
  const faults = createFaults(parsed, clock, seed);
  faults.start();
  return faults;
}

/** What a call meets, in one word. */
function met(faults: Faults, subject: CallSubject): string {
  const { ending, latencyMs } = faults.ofCall(subject);
  const end = ending?.kind === 'error' ? ending.error.code : (ending?.kind ?? 'answer');
  return `${latencyMs} ${end}`;
}

const MIXED = `{ service: sts, throttle: 0.3 },
  { latencyMs: { p50: 20, p99: 400 }, rate: 0.5 },
  { service: lambda, error: ServiceException, rate: 0.4 }`;

describe('createFaults', () => {
  test('draws the same faults for the same seed, and others for another', () => {
    const sequence = (seed: number) => {
      const faults = started(MIXED, { seed });
      return Array.from({ length: 200 }, (_, index) => met(faults, index % 2 === 0 ? assume : invoke));
    };
    expect(sequence(42)).toEqual(sequence(42));
    expect(sequence(42)).not.toEqual(sequence(43));
    expect(new Set(sequence(42)).size).toBeGreaterThan(20);
  });

  test('draws for each call by itself, whatever other calls come between', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 100 }), (isAssume) => {
        const [mixed, single] = [started(MIXED), started(MIXED)];
        const seen = isAssume.map((sts) => [sts, met(mixed, sts ? assume : invoke)] as const);
        const ofAssume = seen.filter(([sts]) => sts).map(([, what]) => what);
        expect(ofAssume).toEqual(ofAssume.map(() => met(single, assume)));
      }),
    );
  });

  test('draws a seed where the file has none, and shows it', () => {
    const { faults } = parseFaults('rules: [{ hang: true }]');
    if (faults === undefined) throw new Error('The rules are right');
    const seeds = new Set(Array.from({ length: 8 }, () => createFaults(faults, steppedClock()).seed));
    expect(seeds.size).toBeGreaterThan(1);
    expect(createFaults({ ...faults, seed: 5 }, steppedClock()).seed).toBe(5);
    expect(createFaults({ ...faults, seed: 5 }, steppedClock(), 6).seed).toBe(6);
  });

  test('keeps to a rate', () => {
    const faults = started('{ service: sts, throttle: 0.3 }');
    const hits = Array.from({ length: 2_000 }, () => met(faults, assume)).filter(
      (what) => what !== '0 answer',
    );
    expect(hits.length).toBeGreaterThan(500);
    expect(hits.length).toBeLessThan(700);
    expect(faults.counts()).toEqual([{ rule: 'rule 1', fault: 'Throttling', count: hits.length }]);
  });

  test.each([
    ['service: lambda', false, true],
    ['service: sts, operation: GetCallerIdentity', false, false],
    ['service: sts, operation: AssumeRole', true, false],
    [`account: "${SOURCE}"`, false, false],
    [`account: "${TARGET}"`, true, true],
    ['region: eu-west-1', false, false],
    [`region: ${REGION}`, true, true],
    ['function: reader', false, true],
    ['function: writer', false, false],
  ])('selects by %s', (selector, ofAssume, ofInvoke) => {
    const faults = started(`{ ${selector}, hang: true }`);
    expect([assume, invoke].map((subject) => met(faults, subject) === '0 hang')).toEqual([
      ofAssume,
      ofInvoke,
    ]);
  });

  test('applies from the second named, before the other named, and not before the start', () => {
    const clock = steppedClock();
    const { faults: parsed } = parseFaults('rules: [{ hang: true, fromSeconds: 1, toSeconds: 3 }]');
    if (parsed === undefined) throw new Error('The rule is right');
    const faults = createFaults(parsed, clock, 1);
    clock.advance(2_000);
    expect(met(faults, assume)).toBe('0 answer');
    faults.start();
    const seen = [999, 1, 1_999, 1].map((ms) => {
      clock.advance(ms);
      return met(faults, assume);
    });
    expect(seen).toEqual(['0 answer', '0 hang', '0 hang', '0 answer']);
  });

  test('adds up the rules that apply, until one ends the call', () => {
    const faults = started(
      '{ latencyMs: 5 }, { latencyMs: 7, reset: request }, { latencyMs: 9 }, { hang: true }',
    );
    expect(met(faults, assume)).toBe('12 reset');
    expect(faults.counts()).toEqual([
      { rule: 'rule 1', fault: 'latency', count: 1 },
      { rule: 'rule 2', fault: 'latency', count: 1 },
      { rule: 'rule 2', fault: 'request reset', count: 1 },
    ]);
  });

  test('makes latencies with the median and the 99th percentile asked for', () => {
    const faults = started('{ latencyMs: { p50: 20, p99: 400 } }');
    const drawn = Array.from({ length: 4_000 }, () => faults.ofCall(assume).latencyMs).sort((a, b) => a - b);
    expect(drawn[2_000]).toBeGreaterThan(17);
    expect(drawn[2_000]).toBeLessThan(23);
    expect(drawn[3_960]).toBeGreaterThan(280);
    expect(drawn[3_960]).toBeLessThan(560);
  });

  test.each([
    ['kinesis', 'ProvisionedThroughputExceededException', 400, 'InternalFailure', 500],
    ['lambda', 'TooManyRequestsException', 429, 'ServiceException', 500],
    ['s3', 'SlowDown', 503, 'ServiceUnavailable', 503],
    ['sqs', 'RequestThrottled', 403, 'ServiceUnavailable', 503],
    ['ssm', 'ThrottlingException', 400, 'InternalServerError', 500],
    ['sts', 'Throttling', 400, 'ServiceUnavailable', 503],
  ] as const)(
    'has the errors of %s for throttling and outages',
    (service, throttle, status, outage, other) => {
      const subject = { ...assume, service, operation: knownServices.get(service)?.operations[0] ?? '' };
      const errorOf = (rule: string) => {
        const { ending } = started(rule).ofCall(subject);
        return ending?.kind === 'error' ? [ending.error.code, ending.error.status] : [];
      };
      expect(errorOf('{ throttle: 1 }')).toEqual([throttle, status]);
      expect(errorOf('{ outage: true, fromSeconds: 0, toSeconds: 1 }')).toEqual([outage, other]);
    },
  );

  test('never hangs or resets an invocation, which has no connection', () => {
    const faults = started(
      '{ hang: true }, { latencyMs: 3, reset: answer }, { latencyMs: 4 }, { throttle: 1 }',
    );
    expect(faults.ofInnerInvocation(invoke)).toMatchObject({
      latencyMs: 4,
      ending: { code: 'TooManyRequestsException' },
    });
  });

  test('kills and duplicates only what a rule selects for it', () => {
    const faults = started('{ kill: true, function: reader }, { duplicate: batch, function: reader }');
    const { service: _, operation: __, ...reader } = invoke;
    const writer = { ...reader, function: 'writer' };
    expect(faults.killAfterMs(reader)).toBeGreaterThanOrEqual(0);
    expect(faults.killAfterMs(writer)).toBeUndefined();
    expect(faults.duplicates('batch', reader)).toBe(true);
    expect(faults.duplicates('batch', writer)).toBe(false);
    expect(faults.duplicates('event', reader)).toBe(false);
    expect(faults.duplicates('message', { account: TARGET, region: REGION })).toBe(false);
    expect(met(faults, invoke)).toBe('0 answer');
    expect(faults.counts()).toEqual([
      { rule: 'rule 1', fault: 'process killed', count: 1 },
      { rule: 'rule 2', fault: 'batch delivered twice', count: 1 },
    ]);
  });
});
