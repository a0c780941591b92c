import type { AllowStatement } from '../execution/execution-policies.ts';

/** A statement that allows. */
export function allow(
  Sid: string,
  Action: string | readonly string[],
  Resource: string | readonly string[],
  Condition?: AllowStatement['Condition'],
): AllowStatement {
  return { Sid, Effect: 'Allow', Action, Resource, ...(Condition !== undefined && { Condition }) };
}
