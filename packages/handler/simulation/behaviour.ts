import type { Invocation } from '@xacct/core';
import type { InvokeAnswer } from '../src/aws/invoke.ts';
import type { TargetLedger } from './ledger.ts';
import { type Behaviour, type FunctionPlan, HOUR, within } from './plan.ts';
import type { Random } from './random.ts';
import { sequenceNumberOf } from './records.ts';
import { serviceError } from './service-error.ts';

export interface TargetFunction {
  plan: FunctionPlan;
  arn: string;
  random: Random;
  /** By number of the stream. */
  ledgers: ReadonlyMap<number, TargetLedger>;
  isPoison: (stream: number, ordinal: number) => boolean;
}

/** What becomes of one call. */
export interface Answer {
  /** Until the function has the records, and answers. */
  ms: number;
  taken: readonly number[];
  /** After a record that is reported: they come again. */
  takenInVain: readonly number[];
  /** The connection breaks before the answer. */
  isLost?: boolean;
  error?: Error;
  /** The function's answer, as JSON. */
  text?: string;
  functionError?: string;
}

export const LATENCY_MS = { median: 20, sigma: 0.6 };
/** One call in 500 takes so long. */
const TAIL = { share: 0.002, least: 500, most: 2_000 };
const NONE: readonly number[] = [];

/** Undefined: there is never an answer. */
export function behave(call: {
  target: TargetFunction;
  invocation: Invocation;
  now: number;
  start: number;
  stream: number;
  ordinals: readonly number[];
  isPoison: (ordinal: number) => boolean;
}): Answer | undefined {
  const { target, invocation, now, start, stream, ordinals, isPoison } = call;
  const { plan, random } = target;
  const hour = (now - start) / HOUR;
  const behaviour = plan.phases?.findLast((phase) => within(phase, hour))?.behaviour;
  const ms = random.chance(TAIL.share)
    ? random.between(TAIL.least, TAIL.most)
    : random.logNormal(LATENCY_MS.median, LATENCY_MS.sigma);

  if (behaviour?.kind === 'hangs') return undefined;
  const error = behaviour && refusalOf(behaviour, now, random.next());
  if (error !== undefined) return { ms, taken: NONE, takenInVain: NONE, error };
  const isLost = behaviour?.kind === 'loses answers' && random.chance(behaviour.share);
  // The target's own queue has the records now; what its function does with them is the target's.
  if (invocation === 'event') return { ms, taken: ordinals, takenInVain: NONE, isLost };

  const runMs = ms + addedMs(behaviour, ordinals.length);
  if (behaviour?.kind === 'fails' && random.chance(behaviour.share)) return thrown(runMs);
  const first = plan.poison === undefined ? -1 : ordinals.findIndex(isPoison);
  if (first === -1) return { ms: runMs, taken: ordinals, takenInVain: NONE, isLost };
  if (plan.poison?.mode === 'throws') return thrown(runMs);
  const takesRest = plan.poison?.takesRest ?? false;
  const rest = takesRest ? ordinals.slice(first + 1) : NONE;
  const reported = [ordinals[first] ?? 0, ...rest.filter(isPoison)];
  const batchItemFailures = reported.map((ordinal) => ({
    itemIdentifier: sequenceNumberOf(stream, ordinal),
  }));
  return {
    ms: runMs,
    taken: ordinals.slice(0, first),
    takenInVain: rest.filter((ordinal) => !isPoison(ordinal)),
    isLost,
    text: JSON.stringify({ batchItemFailures }),
  };
}

function addedMs(behaviour: Behaviour | undefined, records: number): number {
  if (behaviour?.kind === 'slow') return behaviour.ms;
  return behaviour?.kind === 'slow each' ? behaviour.ms * records : 0;
}

function thrown(ms: number): Answer {
  const text = '{"errorType":"PoisonError","errorMessage":"It cannot be read"}';
  return { ms, taken: NONE, takenInVain: NONE, text, functionError: 'Unhandled' };
}

function refusalOf(behaviour: Behaviour, now: number, draw: number): Error | undefined {
  if (behaviour.kind === 'throttles' && draw < behaviour.share) {
    return serviceError('TooManyRequestsException', 429, 'Rate Exceeded.');
  }
  const isOut =
    behaviour.kind === 'unavailable' ||
    (behaviour.kind === 'flaps' && now % (behaviour.upMs + behaviour.downMs) >= behaviour.upMs);
  return isOut ? serviceError('ServiceException', 500, 'The service failed') : undefined;
}

/** As the handler's own client of Lambda gives it out. */
export function answerOf({ text = '', functionError }: Answer): InvokeAnswer {
  return { text, ...(functionError !== undefined && { functionError }) };
}
