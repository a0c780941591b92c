import { type InvocationType, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { expect } from 'vitest';
import type { Credentials } from '../../../src/iam/principal.ts';
import { assume, assumeTarget } from '../assume.ts';
import type { Aws, CallBehaviour } from '../aws.ts';
import { targetFunctionArn } from '../names.ts';

const LAMBDA_API = 'https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html';
const IAM_LOGIC =
  'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html';

interface Call {
  type?: InvocationType;
  name?: string;
  payload?: string;
  as?: Credentials;
}

async function invoke(aws: Aws, { type = 'RequestResponse', name, payload = '{}', as }: Call) {
  const lambda = new LambdaClient({
    ...aws.config('target', as ?? (await assumeTarget(aws))),
    maxAttempts: 1,
  });
  const command = new InvokeCommand({
    FunctionName: targetFunctionArn(aws.world, name),
    InvocationType: type,
    Payload: Buffer.from(payload),
  });
  return lambda.send(command).finally(() => lambda.destroy());
}

export const lambdaBehaviours: CallBehaviour[] = [
  {
    name: 'A function that fails is a successful Invoke with FunctionError',
    source: LAMBDA_API,
    async check(aws) {
      const answer = await invoke(aws, { payload: '{"id":"error","throw":9}' });
      expect(answer).toMatchObject({
        StatusCode: 200,
        FunctionError: 'Unhandled',
        ExecutedVersion: '$LATEST',
      });
      const error = JSON.parse(Buffer.from(answer.Payload ?? '').toString());
      expect(error).toMatchObject({ errorType: 'Error', errorMessage: 'told to' });
    },
  },
  {
    name: 'Invoke answers 202 and no payload for Event, 204 for DryRun',
    source: LAMBDA_API,
    async check(aws) {
      const queued = await invoke(aws, { type: 'Event', payload: '{"id":"event"}' });
      expect([queued.StatusCode, queued.Payload?.length ?? 0]).toEqual([202, 0]);
      expect((await invoke(aws, { type: 'DryRun' })).StatusCode).toBe(204);
    },
  },
  {
    name: 'A payload has up to 1 MB for Event and 6 MB for RequestResponse',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html',
    async check(aws) {
      const as = await assumeTarget(aws);
      const payload = (bytes: number) => JSON.stringify({ id: 'large', text: 'x'.repeat(bytes) });
      const tooLarge = { name: 'RequestTooLargeException', $metadata: { httpStatusCode: 413 } };
      await expect(invoke(aws, { as, type: 'Event', payload: payload(1024 * 1024) })).rejects.toMatchObject(
        tooLarge,
      );
      await expect(invoke(aws, { as, payload: payload(6 * 1024 * 1024) })).rejects.toMatchObject(tooLarge);
      expect((await invoke(aws, { as, payload: payload(5 * 1024 * 1024) })).FunctionError).toBeUndefined();
    },
  },
  {
    name: 'A function without free concurrency is throttled by TooManyRequestsException, with the reason',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html',
    async check(aws) {
      await expect(invoke(aws, { name: 'throttled' })).rejects.toMatchObject({
        name: 'TooManyRequestsException',
        message: 'Rate Exceeded.',
        Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
        Type: 'User',
        $metadata: { httpStatusCode: 429 },
      });
    },
  },
  {
    name: 'A function that is not there is a ResourceNotFoundException',
    source: LAMBDA_API,
    async check(aws) {
      await expect(invoke(aws, { name: 'none' })).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
        $metadata: { httpStatusCode: 404 },
      });
    },
  },
  {
    name: 'Between accounts both sides must allow',
    source: IAM_LOGIC,
    async check(aws) {
      const as = await assume(aws, {});
      await expect(invoke(aws, { as })).rejects.toMatchObject({
        name: 'AccessDeniedException',
        message: expect.stringMatching(
          /^User: arn:aws:sts::\d{12}:assumed-role\/[^/]+-caller\/contract is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:/,
        ),
      });
    },
  },
  {
    name: 'An explicit deny wins over an allow',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html',
    async check(aws) {
      await expect(invoke(aws, { name: 'denied' })).rejects.toMatchObject({
        name: 'AccessDeniedException',
        message: expect.stringContaining('is not authorized to perform: lambda:InvokeFunction on resource: '),
        $metadata: { httpStatusCode: 403 },
      });
    },
  },
];
