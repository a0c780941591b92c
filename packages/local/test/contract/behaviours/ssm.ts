import {
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { expect } from 'vitest';
import type { Aws, CallBehaviour } from '../aws.ts';
import { errorsOf } from '../errors-of.ts';
import { PARAMETERS, parameterPath } from '../names.ts';

const SSM_API = 'https://docs.aws.amazon.com/systems-manager/latest/APIReference';

const ssmOf = (aws: Aws) => new SSMClient({ ...aws.config('source'), maxAttempts: 1 });
const valueName = (aws: Aws, index: number) =>
  `${parameterPath(aws.world)}/${String(index).padStart(2, '0')}`;

export const ssmBehaviours: CallBehaviour[] = [
  {
    name: 'GetParameters takes ten names, and answers which it does not know',
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
    localOnly: 'it would throttle all that the account does',
    async check(aws) {
      const ssm = ssmOf(aws);
      const read = new GetParameterCommand({ Name: valueName(aws, 0) });
      const errors = await errorsOf(aws, 41, () => ssm.send(read));
      ssm.destroy();
      expect(errors).toEqual(new Set(['ThrottlingException']));
    },
  },
];
