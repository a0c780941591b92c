import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { isObject, type ProbeAnswer, type ProbeRequest, type Route } from '@xacct/core';

/** What a forwarder found about one of its routes, or why it cannot be asked. */
export type ProbedRoute = { route: Route } & ({ answer: ProbeAnswer } | { failure: InvocationFailure });

/** Why a forwarder gave no answer to a probe. */
export interface InvocationFailure {
  /** `denied`: the operator may not invoke it. `missing`: there is no such function. `old`: it knows no probe. */
  kind: 'denied' | 'missing' | 'old' | 'failed';
  reason: string;
}

/** Parts of one route that are probed at once. */
const PARTS_AT_ONCE = 3;

/**
 * Has a forwarder check one of its routes, part by part.
 *
 * @param onPart gets the number of targets that were probed
 */
export async function probeRoute(
  route: Route,
  functionName: string,
  lambda: Pick<LambdaClient, 'send'>,
  onPart: (targets: number) => void,
): Promise<ProbedRoute> {
  try {
    const first = await probePart(0);
    onPart(first.targets.length);
    const answer = { ...first, targets: [...first.targets] };
    for (let part = 1; part < first.parts; part += PARTS_AT_ONCE) {
      const length = Math.min(PARTS_AT_ONCE, first.parts - part);
      const parts = await Promise.all(Array.from({ length }, (_, index) => probePart(part + index)));
      for (const { targets } of parts) {
        onPart(targets.length);
        answer.targets.push(...targets);
      }
    }
    return { route, answer };
  } catch (error) {
    return { route, failure: error instanceof NoAnswerError ? error.failure : failureOf(error as Error) };
  }

  async function probePart(part: number): Promise<ProbeAnswer> {
    const request: ProbeRequest = { xacct: 'probe/1', route: route.name, streamArn: route.stream.arn, part };
    const { Payload, FunctionError } = await lambda.send(
      new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(request)) }),
    );
    const answer: unknown = JSON.parse(Buffer.from(Payload ?? []).toString() || 'null');
    if (FunctionError !== undefined) throw new NoAnswerError({ kind: 'failed', reason: describe(answer) });
    if (!isAnswer(answer)) {
      throw new NoAnswerError({ kind: 'old', reason: 'it runs a version of xacct that knows no probe' });
    }
    return answer;
  }
}

class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
  readonly failure: InvocationFailure;

  constructor(failure: InvocationFailure) {
    super(failure.reason);
    this.failure = failure;
  }
}

function failureOf({ name, message }: Error): InvocationFailure {
  const reason = `${name}: ${message}`;
  if (name.startsWith('AccessDenied')) return { kind: 'denied', reason };
  return { kind: name === 'ResourceNotFoundException' ? 'missing' : 'failed', reason };
}

function isAnswer(answer: unknown): answer is ProbeAnswer {
  return isObject(answer) && answer.xacct === 'probe/1';
}

/** What Lambda answers where the function threw. */
function describe(answer: unknown): string {
  if (!isObject(answer)) return 'its invocation failed';
  return `${String(answer.errorType ?? 'Error')}: ${String(answer.errorMessage ?? '')}`;
}
