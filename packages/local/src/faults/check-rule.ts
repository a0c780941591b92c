import type { ProblemCode } from '@xacct/core';
import { nearest } from '@xacct/core/yaml';
import type { RuleEntry } from './faults-schema.ts';
import { knownServices } from './known-services.ts';

/** Called for each mistake of a rule: at one of its keys, or at the rule itself. */
export type ReportRule = (
  key: keyof RuleEntry | undefined,
  code: ProblemCode,
  message: string,
  hint?: string,
  at?: 'key' | 'value',
) => void;

const ENDINGS = ['error', 'throttle', 'outage', 'hang', 'reset'] as const;
/** What happens to a call at the endpoint. */
const CALL_FAULTS = [...ENDINGS, 'latencyMs'] as const;
/** What happens inside Lambda, or inside a queue. */
const INNER_FAULTS = ['duplicate', 'kill'] as const;

/** Reports what is wrong with a rule that has the right shape. */
export function checkRule(rule: RuleEntry, report: ReportRule): void {
  checkNames(rule, report);
  checkFaults(rule, report);
  checkTimes(rule, report);
}

function checkNames({ service, operation, error, ...rule }: RuleEntry, report: ReportRule): void {
  if (service === undefined) {
    const needs = 'names no service, so that it is not known whose it is';
    if (operation !== undefined) report('operation', 'missing-key', `the rule ${needs}`, 'add "service"');
    if (error !== undefined) report('error', 'missing-key', `the rule ${needs}`, 'add "service"');
  } else {
    const { operations = [], errors = {} } = knownServices.get(service) ?? {};
    const oneOf = (key: 'operation' | 'error', value: string | undefined, known: readonly string[]) => {
      if (value === undefined || known.includes(value)) return;
      const near = nearest(value, [...known]);
      const hint = near === undefined ? undefined : `did you mean "${near}"?`;
      const what = key === 'operation' ? 'operations' : 'errors';
      const message = `expected one of the ${what} of ${service}: ${known.join(', ')}; got "${value}"`;
      report(key, 'not-allowed', message, hint);
    };
    oneOf('operation', operation, operations);
    oneOf('error', error, Object.keys(errors));
  }
  if (rule.function !== undefined && service !== undefined && service !== 'lambda') {
    const message = `a call of ${service} names no function`;
    report('function', 'not-allowed', message, 'select by "account", or set "service: lambda"', 'key');
  }
  if (rule.function !== undefined && service === undefined && rule.duplicate === 'message')
    report('function', 'not-allowed', 'a message of a queue names no function', 'select by "account"', 'key');
}

function checkFaults(rule: RuleEntry, report: ReportRule): void {
  const given = [...CALL_FAULTS, ...INNER_FAULTS].filter((key) => rule[key] !== undefined);
  if (given.length === 0) {
    const known = [...CALL_FAULTS, ...INNER_FAULTS].join(', ');
    report(undefined, 'missing-key', 'the rule makes no fault', `add one of ${known}`);
  }
  const [first, second] = ENDINGS.filter((key) => rule[key] !== undefined);
  if (first !== undefined && second !== undefined) {
    const message = `a call ends once: the rule has "${first}" already`;
    report(second, 'not-allowed', message, 'make it a rule of its own', 'key');
  }

  const { duplicate, kill, service, operation } = rule;
  if (duplicate === undefined && kill === undefined) return;
  const inner = kill === undefined ? 'duplicate' : 'kill';
  const belongsTo = duplicate === 'message' && kill === undefined ? 'sqs' : 'lambda';
  if (service !== undefined && service !== belongsTo)
    report('service', 'not-allowed', `expected ${belongsTo} beside "${inner}", got ${service}`);
  if (operation !== undefined) {
    const message = `"${inner}" belongs to no operation`;
    report('operation', 'not-allowed', message, 'leave "operation" out', 'key');
  }
  const call = CALL_FAULTS.find((key) => rule[key] !== undefined);
  if (call !== undefined) {
    const message = `"${call}" is of calls, and "${inner}" is not`;
    report(call, 'not-allowed', message, 'make it a rule of its own', 'key');
  }
  if (duplicate === 'message' && kill !== undefined)
    report('kill', 'not-allowed', 'a queue has no process', 'make it a rule of its own', 'key');
}

function checkTimes({ fromSeconds, toSeconds, rate, latencyMs, ...rule }: RuleEntry, report: ReportRule) {
  if (fromSeconds !== undefined && toSeconds !== undefined && toSeconds <= fromSeconds)
    report('toSeconds', 'out-of-range', `expected more than "fromSeconds", ${fromSeconds}, got ${toSeconds}`);
  if (rule.outage && (fromSeconds === undefined || toSeconds === undefined))
    report('outage', 'missing-key', 'an outage begins and ends', 'add "fromSeconds" and "toSeconds"', 'key');
  const leaveOut = (message: string, hint: string) => report('rate', 'not-allowed', message, hint, 'key');
  if (rule.outage && rate !== undefined)
    leaveOut('in an outage every call fails', 'leave "rate" out, or name an "error"');
  if (rule.throttle !== undefined && rate !== undefined)
    leaveOut('"throttle" is a rate already', 'leave "rate" out');
  if (typeof latencyMs === 'object' && latencyMs.p99 < latencyMs.p50) {
    const message = `expected p99 of at least p50, ${latencyMs.p50}, got ${latencyMs.p99}`;
    report('latencyMs', 'out-of-range', message);
  }
}
