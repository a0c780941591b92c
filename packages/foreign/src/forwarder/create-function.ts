import { CreateRoleCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import { CreateAliasCommand, CreateFunctionCommand } from '@aws-sdk/client-lambda';
import type { Clients } from '../accounts/clients.ts';

/** An archive without a file. */
const EMPTY_ZIP = Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18)]);

const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/** Makes a target function, with a role of its own where it has none yet. It runs nothing. */
export async function createFunction({ iam, lambda }: Clients, name: string, alias?: string): Promise<void> {
  const RoleName = `${name}-role`;
  const AssumeRolePolicyDocument = JSON.stringify(TRUST);
  const { Role } = await iam
    .send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
    .catch((error: Error) => {
      if (error.name !== 'EntityAlreadyExistsException') throw error;
      return iam.send(new GetRoleCommand({ RoleName }));
    });
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: Role?.Arn,
      Code: { ZipFile: EMPTY_ZIP },
    }),
  );
  if (alias === undefined) return;
  await lambda.send(new CreateAliasCommand({ FunctionName: name, Name: alias, FunctionVersion: '$LATEST' }));
}
