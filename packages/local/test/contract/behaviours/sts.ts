import { type AssumeRoleCommandInput, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect } from 'vitest';
import { assume, assumeTarget } from '../assume.ts';
import type { CallBehaviour } from '../aws.ts';
import { errorsOf } from '../errors-of.ts';
import { EXTERNAL_ID } from '../names.ts';

const STS_API = 'https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html';

export const stsBehaviours: CallBehaviour[] = [
  {
    name: 'A role is assumed only with the external id of its trust policy',
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
    localOnly: 'it would throttle all that the account does',
    async check(aws) {
      const sts = new STSClient({ ...aws.config('source'), maxAttempts: 1 });
      const errors = await errorsOf(aws, 601, () => sts.send(new GetCallerIdentityCommand()));
      sts.destroy();
      expect(errors).toEqual(new Set(['Throttling']));
    },
  },
];
