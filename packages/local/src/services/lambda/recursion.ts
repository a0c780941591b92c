import type { RecursiveLoop } from '../../assembly/deployed.ts';
import { AwsError } from '../../shared/aws-error.ts';

/** How often a function may be invoked in one chain of requests: "approximately 16" times, AWS says. */
const INVOCATIONS = 16;

/** An invocation that was stopped. */
export interface StoppedInvocation {
  /** With its alias or version, if it was invoked by one. */
  functionArn: string;
  requestId: string;
  /** ARN of the queue whose messages it was for; undefined for one by an Invoke. */
  queueArn: string | undefined;
}

/** @param before invocations of the function in this chain before this one */
export function isStopped(recursiveLoop: RecursiveLoop, before: number): boolean {
  return recursiveLoop === 'Terminate' && before >= INVOCATIONS;
}

const CODE = 'RecursiveInvocationException';

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors */
export function recursionError(): AwsError {
  const message =
    "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services resources and stopped your function's invocation.";
  return new AwsError(CODE, message);
}

export function isRecursionError(error: unknown): boolean {
  return error instanceof AwsError && error.code === CODE;
}

/** A problem for the people who run the local AWS; AWS sends mail and shows it on the Health Dashboard. */
export function describeStopped({ functionArn, requestId, queueArn }: StoppedInvocation): string {
  const stopped = `Lambda stopped invocation ${requestId} of ${functionArn}: the function was invoked ${INVOCATIONS} times in one chain of requests (${CODE})`;
  const outcome =
    queueArn === undefined
      ? 'The event is dropped'
      : `The messages stay in ${queueArn} until its redrive policy moves them`;
  return `${stopped}. ${outcome}. A function with "RecursiveLoop: Allow" is not stopped`;
}
