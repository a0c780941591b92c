import { randomInt } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import type { Clock } from '../clock.ts';
import { type Draw, drawFor } from './draw.ts';
import { type ServiceName, serviceNamed } from './known-services.ts';
import { latencyOf } from './latency.ts';
import type { FaultRules, Rule, RuleEnding } from './rule.ts';

/** What a fault may befall. */
export interface FaultSubject {
  service: ServiceName;
  operation: string;
  account: string;
  region: string;
  /** The name of the function that is invoked. */
  function?: string | undefined;
  /** What tells calls of one account apart beyond that: the role, the queue or the stream. */
  resource?: string | undefined;
}

/** What befalls one call: it is handled later, and may end otherwise than by its service's answer. */
export interface CallFault {
  latencyMs: number;
  ending: CallEnding | undefined;
}

export type CallEnding =
  | { kind: 'error'; error: AwsError }
  | { kind: 'hang' }
  | { kind: 'reset'; of: 'request' | 'answer' };

/** How often a rule has made its fault. */
export interface FaultCount {
  rule: string;
  fault: string;
  count: number;
}

/** The longest that a killed process is let run. */
const LONGEST_LIFE_MS = 200;
const SEEDS = 2 ** 32;

/** Draws the faults of a run. */
export class Faults {
  readonly seed: number;
  readonly #rules: readonly Rule[];
  readonly #clock: Clock;
  readonly #counts = new Map<string, FaultCount>();
  /** How often what a rule selects was asked for, by rule and identity. */
  readonly #ordinals = new Map<string, number>();
  #startedAt: number | undefined;

  /** @param seed in place of the file's; without either, one is drawn */
  constructor({ rules, seed }: FaultRules, clock: Clock, ownSeed?: number) {
    this.seed = ownSeed ?? seed ?? randomInt(SEEDS);
    this.#rules = rules;
    this.#clock = clock;
  }

  /** Begins with the faults: what a run needs to come up meets none. */
  start(): void {
    this.#startedAt = this.#clock.now();
  }

  counts(): FaultCount[] {
    return [...this.#counts.values()];
  }

  /** What befalls a call at the endpoint. All rules that apply add up, until one ends the call. */
  ofCall(subject: FaultSubject): CallFault {
    return this.#ofCall(subject, ({ latencyMs, ending }) => latencyMs !== undefined || ending !== undefined);
  }

  /** As `ofCall`, for a call that is made without a connection: nothing can happen to that. */
  ofInnerCall(subject: FaultSubject): { latencyMs: number; ending: AwsError | undefined } {
    const { latencyMs, ending } = this.#ofCall(
      subject,
      (rule) => isError(rule.ending) || (rule.latencyMs !== undefined && rule.ending === undefined),
    );
    return { latencyMs, ending: ending?.kind === 'error' ? ending.error : undefined };
  }

  #ofCall(subject: FaultSubject, isOfKind: (rule: Rule) => boolean): CallFault {
    let latencyMs = 0;
    for (const { rule, draw } of this.#applying(subject, isOfKind)) {
      if (rule.latencyMs !== undefined) {
        latencyMs += latencyOf(rule.latencyMs, draw);
        this.#count(rule, 'latency');
      }
      if (rule.ending === undefined) continue;
      const ending = endingOf(rule.name, rule.ending, subject);
      this.#count(rule, ending.kind === 'error' ? ending.error.code : labelOf(ending));
      return { latencyMs, ending };
    }
    return { latencyMs, ending: undefined };
  }

  /** Whether something is delivered twice. */
  duplicates(
    what: NonNullable<Rule['duplicate']>,
    subject: Omit<FaultSubject, 'service' | 'operation'>,
  ): boolean {
    const all: FaultSubject =
      what === 'message'
        ? { ...subject, service: 'sqs', operation: 'DeleteMessage' }
        : { ...subject, service: 'lambda', operation: 'InvokeFunction' };
    for (const { rule } of this.#applying(all, ({ duplicate }) => duplicate === what)) {
      this.#count(rule, `${what} delivered twice`);
      return true;
    }
    return false;
  }

  /** After how many milliseconds the process of an invocation is killed; undefined where it is not. */
  killAfterMs(subject: Omit<FaultSubject, 'service' | 'operation'>): number | undefined {
    const invoke: FaultSubject = { ...subject, service: 'lambda', operation: 'InvokeFunction' };
    for (const { rule, draw } of this.#applying(invoke, ({ kill }) => kill)) {
      this.#count(rule, 'process killed');
      return Math.floor(draw() * LONGEST_LIFE_MS);
    }
    return undefined;
  }

  /** The rules that a draw makes apply, in the order of the file. */
  *#applying(
    subject: FaultSubject,
    isOfKind: (rule: Rule) => boolean,
  ): Generator<{ rule: Rule; draw: Draw }> {
    if (this.#startedAt === undefined) return;
    const atMs = this.#clock.now() - this.#startedAt;
    const identity = identityOf(subject);
    for (const [index, rule] of this.#rules.entries()) {
      if (!isOfKind(rule) || !selects(rule, subject)) continue;
      if (atMs < rule.fromMs || atMs >= rule.toMs) continue;
      const key = `${index} ${identity}`;
      const ordinal = this.#ordinals.get(key) ?? 0;
      this.#ordinals.set(key, ordinal + 1);
      const draw = drawFor(this.seed, index, identity, ordinal);
      if (draw() < rule.rate) yield { rule, draw };
    }
  }

  #count({ name }: Rule, fault: string): void {
    const key = `${name}\n${fault}`;
    const known = this.#counts.get(key) ?? { rule: name, fault, count: 0 };
    known.count += 1;
    this.#counts.set(key, known);
  }
}

function identityOf({ service, operation, account, region, function: name, resource }: FaultSubject): string {
  return [`${service}:${operation}`, account, region, name ?? '', resource ?? ''].join(' ');
}

function isError(ending: RuleEnding | undefined): boolean {
  return ending !== undefined && ending.kind !== 'hang' && ending.kind !== 'reset';
}

function selects({ select }: Rule, subject: FaultSubject): boolean {
  const { service, operation, account, region } = select;
  return (
    (service ?? subject.service) === subject.service &&
    (operation ?? subject.operation) === subject.operation &&
    (account ?? subject.account) === subject.account &&
    (region ?? subject.region) === subject.region &&
    (select.function === undefined || select.function === subject.function)
  );
}

function endingOf(name: string, ending: RuleEnding, { service }: FaultSubject): CallEnding {
  const { throttle, unavailable, errors } = serviceNamed(service);
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
