import { randomInt } from 'node:crypto';
import { functionFromArn } from '@xacct/core';
import { type CallEnding, type CallFault, NO_FAULT } from '../endpoint/answer.ts';
import type { CallSubject } from '../endpoint/service.ts';
import { AwsError } from '../shared/aws-error.ts';
import type { Clock } from '../shared/clock.ts';
import { type KnownService, knownServices } from './known-services.ts';
import { latencyOf } from './latency.ts';
import type { FaultRules, Rule, RuleEnding } from './rule.ts';
import { createSelection } from './selection.ts';

/** How often a rule has made its fault. */
export interface FaultCount {
  rule: string;
  fault: string;
  count: number;
}

/** A function or a queue. */
export type FaultPlace = Omit<CallSubject, 'service' | 'operation'>;

/** The place of a function, from its ARN with or without an alias or version. */
export function functionPlace(functionArn: string): FaultPlace {
  const { region, account, name } = functionFromArn(functionArn);
  return { account, region, function: name };
}

/** The faults of a run. */
export interface Faults {
  readonly seed: number;
  /** Begins with the faults: what a run needs to start meets none. */
  start(): void;
  counts(): FaultCount[];
  /** What befalls a call at the endpoint. All rules that apply add up, until one ends the call. */
  ofCall(subject: CallSubject): CallFault;
  /** The same for an invocation that Lambda makes inside: there is no connection that could hang or be reset. */
  ofInnerInvocation(place: FaultPlace): { latencyMs: number; ending: AwsError | undefined };
  /** Whether something is delivered twice. */
  duplicates(what: NonNullable<Rule['duplicate']>, place: FaultPlace): boolean;
  /** After how many milliseconds the process of an invocation is killed; undefined if it is not. */
  killAfterMs(place: FaultPlace): number | undefined;
}

/** The longest time that a process runs before it is killed. */
const LONGEST_LIFE_MS = 200;
const SEEDS = 2 ** 32;

/** @param ownSeed in place of the file's; without either, one is drawn */
export function createFaults({ rules, seed: fileSeed }: FaultRules, clock: Clock, ownSeed?: number): Faults {
  const seed = ownSeed ?? fileSeed ?? randomInt(SEEDS);
  const counts = new Map<string, FaultCount>();
  const applying = createSelection(rules, seed);
  let startedAt: number | undefined;
  const rulesFor = (subject: CallSubject, isOfKind: (rule: Rule) => boolean) =>
    startedAt === undefined ? [] : applying(subject, clock.now() - startedAt, isOfKind);

  const count = ({ name }: Rule, fault: string) => {
    const key = `${name}\n${fault}`;
    const known = counts.get(key) ?? { rule: name, fault, count: 0 };
    known.count += 1;
    counts.set(key, known);
  };

  const befall = (subject: CallSubject, isOfKind: (rule: Rule) => boolean): CallFault => {
    const service = knownServices.get(subject.service);
    if (service === undefined) return NO_FAULT;
    let latencyMs = 0;
    for (const { rule, draw } of rulesFor(subject, isOfKind)) {
      if (rule.latencyMs !== undefined) {
        latencyMs += latencyOf(rule.latencyMs, draw);
        count(rule, 'latency');
      }
      if (rule.ending === undefined) continue;
      const ending = endingOf(rule.name, rule.ending, service);
      count(rule, ending.kind === 'error' ? ending.error.code : labelOf(ending));
      return { latencyMs, ending };
    }
    return { latencyMs, ending: undefined };
  };

  return {
    seed,
    start() {
      startedAt = clock.now();
    },
    counts: () => [...counts.values()],
    ofCall: (subject) =>
      befall(subject, ({ latencyMs, ending }) => latencyMs !== undefined || ending !== undefined),
    ofInnerInvocation(place) {
      const { latencyMs, ending } = befall(
        { ...place, ...INVOKE },
        (rule) => isError(rule.ending) || (rule.latencyMs !== undefined && rule.ending === undefined),
      );
      return { latencyMs, ending: ending?.kind === 'error' ? ending.error : undefined };
    },
    duplicates(what, place) {
      const subject = what === 'message' ? { ...place, ...DELETE } : { ...place, ...INVOKE };
      for (const { rule } of rulesFor(subject, ({ duplicate }) => duplicate === what)) {
        count(rule, `${what} delivered twice`);
        return true;
      }
      return false;
    },
    killAfterMs(place) {
      for (const { rule, draw } of rulesFor({ ...place, ...INVOKE }, ({ kill }) => kill)) {
        count(rule, 'process killed');
        return Math.floor(draw() * LONGEST_LIFE_MS);
      }
      return undefined;
    },
  };
}

const INVOKE = { service: 'lambda', operation: 'InvokeFunction' } as const;
const DELETE = { service: 'sqs', operation: 'DeleteMessage' } as const;

function isError(ending: RuleEnding | undefined): boolean {
  return ending !== undefined && ending.kind !== 'hang' && ending.kind !== 'reset';
}

function endingOf(
  name: string,
  ending: RuleEnding,
  { throttle, unavailable, errors }: KnownService,
): CallEnding {
  const fail = (code: string, message: string): CallEnding => ({
    kind: 'error',
    error: new AwsError(code, message, errors[code]),
  });
  switch (ending.kind) {
    case 'error':
      return fail(ending.name, `A fault of the local AWS: ${name}`);
    case 'throttle':
      return fail(throttle, `Rate exceeded (a fault of the local AWS: ${name})`);
    case 'unavailable':
      return fail(unavailable, `Out of order (a fault of the local AWS: ${name})`);
    case 'hang':
    case 'reset':
      return ending;
  }
}

function labelOf(ending: Exclude<CallEnding, { kind: 'error' }>): string {
  return ending.kind === 'hang' ? 'never answered' : `${ending.of} reset`;
}
