import { type InvocationType, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { expect } from 'vitest';
import type { Credentials } from '../../../src/principal.ts';
import type { Aws, CallBehaviour } from '../aws.ts';
import {
  callerRoleArn,
  EXTERNAL_ID,
  PARAMETERS,
  parameterPath,
  targetFunctionArn,
  targetRoleArn,
} from '../world.ts';

const LAMBDA_API = 'https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html';
const STS_API = 'https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html';
const IAM_LOGIC =
  'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html';
const SSM_API = 'https://docs.aws.amazon.com/systems-manager/latest/APIReference';
const BUSY = 'it would throttle all that the account does';

async function assume(
  aws: Aws,
  input: Partial<AssumeRoleCommandInput>,
  held?: Credentials,
): Promise<Credentials> {
  const sts = new STSClient(aws.config('source', held));
  const command = new AssumeRoleCommand({
    RoleArn: callerRoleArn(aws.world),
    RoleSessionName: 'contract',
    ...input,
  });
  const { Credentials: issued } = await sts.send(command).finally(() => sts.destroy());
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = issued ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

/** As the forwarder does: a role that assumes a role of another account. */
const assumeTarget = async (aws: Aws, input: Partial<AssumeRoleCommandInput> = {}) =>
  assume(
    aws,
    { RoleArn: targetRoleArn(aws.world), ExternalId: EXTERNAL_ID, ...input },
    await assume(aws, {}),
  );

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

const ssmOf = (aws: Aws) => new SSMClient({ ...aws.config('source'), maxAttempts: 1 });
const valueName = (aws: Aws, index: number) =>
  `${parameterPath(aws.world)}/${String(index).padStart(2, '0')}`;

export const callBehaviours: CallBehaviour[] = [
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
  {
    name: 'A role is assumed with the external id of its trust policy alone',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html',
    async check(aws) {
      await assumeTarget(aws);
      for (const ExternalId of [undefined, `${EXTERNAL_ID}-2`]) {
        await expect(assumeTarget(aws, { ExternalId })).rejects.toMatchObject({
          name: 'AccessDenied',
          message: expect.stringMatching(
            /^User: arn:aws:sts::\d{12}:assumed-role\/[^/]+-caller\/contract is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::\d{12}:role\/[^/]+-target/,
          ),
          $metadata: { httpStatusCode: 403 },
        });
      }
    },
  },
  {
    name: 'A session that a role assumes lasts an hour at the most',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining',
    async check(aws) {
      await assumeTarget(aws, { DurationSeconds: 3600 });
      await expect(assumeTarget(aws, { DurationSeconds: 3601 })).rejects.toMatchObject({
        name: 'ValidationError',
        message: expect.stringContaining('1 hour session limit for roles assumed by role chaining'),
      });
    },
  },
  {
    name: 'AssumeRole wants 900 seconds at least, and names and external ids of its own characters and lengths',
    source: STS_API,
    async check(aws) {
      const mistakes: Partial<AssumeRoleCommandInput>[] = [
        { DurationSeconds: 899 },
        { DurationSeconds: 43_201 },
        { RoleSessionName: 'a' },
        { RoleSessionName: 'a'.repeat(65) },
        { RoleSessionName: 'a b' },
        { ExternalId: 'a' },
        { ExternalId: 'a;b' },
      ];
      for (const mistake of mistakes)
        await expect(assume(aws, mistake), JSON.stringify(mistake)).rejects.toMatchObject({
          name: 'ValidationError',
        });
    },
  },
  {
    name: 'A session is known as its role and its own name',
    source: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html',
    async check(aws) {
      const sts = new STSClient(aws.config('target', await assumeTarget(aws, { RoleSessionName: 'orders' })));
      const identity = await sts.send(new GetCallerIdentityCommand()).finally(() => sts.destroy());
      const { target, prefix } = aws.world;
      expect(identity).toMatchObject({
        Account: target,
        Arn: `arn:aws:sts::${target}:assumed-role/${prefix}-target/orders`,
      });
    },
  },
  {
    name: 'STS answers 600 calls a second of an account and region, and throttles what is more',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html',
    localOnly: BUSY,
    async check(aws) {
      const sts = new STSClient({ ...aws.config('source'), maxAttempts: 1 });
      const errors = await errorsOf(aws, 601, () => sts.send(new GetCallerIdentityCommand()));
      sts.destroy();
      expect(errors).toEqual(new Set(['Throttling']));
    },
  },
  {
    name: 'GetParameters takes ten names, and tells which it does not know',
    source: `${SSM_API}/API_GetParameters.html`,
    async check(aws) {
      const ssm = ssmOf(aws);
      const names = Array.from({ length: 11 }, (_, index) => valueName(aws, index));
      await expect(ssm.send(new GetParametersCommand({ Names: names }))).rejects.toMatchObject({
        name: 'ValidationException',
      });
      const unknown = `${parameterPath(aws.world)}/none`;
      const found = await ssm.send(new GetParametersCommand({ Names: [valueName(aws, 0), unknown] }));
      ssm.destroy();
      expect(found.Parameters).toMatchObject([
        { Name: valueName(aws, 0), Type: 'String', Value: valueName(aws, 0) },
      ]);
      expect(found.InvalidParameters).toEqual([unknown]);
    },
  },
  {
    name: 'GetParameter of a name that is not there is a ParameterNotFound',
    source: `${SSM_API}/API_GetParameter.html`,
    async check(aws) {
      const ssm = ssmOf(aws);
      const command = new GetParameterCommand({ Name: `${parameterPath(aws.world)}/none` });
      await expect(ssm.send(command)).rejects.toMatchObject({
        name: 'ParameterNotFound',
        $metadata: { httpStatusCode: 400 },
      });
      ssm.destroy();
    },
  },
  {
    name: 'GetParametersByPath answers ten parameters a page at the most',
    source: `${SSM_API}/API_GetParametersByPath.html`,
    async check(aws) {
      const ssm = ssmOf(aws);
      const names: (string | undefined)[] = [];
      let NextToken: string | undefined;
      do {
        const page = await ssm.send(
          new GetParametersByPathCommand({ Path: parameterPath(aws.world), NextToken }),
        );
        expect(page.Parameters?.length).toBeLessThanOrEqual(10);
        names.push(...(page.Parameters ?? []).map(({ Name }) => Name));
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      ssm.destroy();
      expect(names.toSorted()).toEqual(
        Array.from({ length: PARAMETERS }, (_, index) => valueName(aws, index)),
      );
    },
  },
  {
    name: 'SSM answers 40 reads a second of an account and region, and throttles what is more',
    source: 'https://docs.aws.amazon.com/general/latest/gr/ssm.html',
    localOnly: BUSY,
    async check(aws) {
      const ssm = ssmOf(aws);
      const read = new GetParameterCommand({ Name: valueName(aws, 0) });
      const errors = await errorsOf(aws, 41, () => ssm.send(read));
      ssm.destroy();
      expect(errors).toEqual(new Set(['ThrottlingException']));
    },
  },
];

/** The names of all errors of so many calls at once. */
async function errorsOf(aws: Aws, calls: number, call: () => Promise<unknown>): Promise<Set<string>> {
  const all = () => Promise.allSettled(Array.from({ length: calls }, call));
  const results = (await aws.atOnce?.(all)) ?? [];
  return new Set(
    results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as Error).name] : [])),
  );
}
