import type { Source } from '@xacct/core';
import { bootstrapCommand } from '../aws/bootstrap-command.ts';
import type { Stack } from '../stacks/stack.ts';

/** Says why the CDK could not deploy a stack, from what it wrote, and the mend where it is known. */
export function explainFailure(lines: readonly string[], stack: Stack, source: Source): string {
  const { account, name } = stack;
  const text = lines.join('\n');
  if (/no credentials have been configured|Unable to resolve AWS account to use/.test(text)) {
    return `there are no AWS credentials. Give those of account ${source.account}, as for the AWS CLI, or --profile`;
  }
  if (/ExpiredToken|security token included in the request is expired/.test(text)) {
    return 'the AWS credentials have expired. Get new ones';
  }
  if (NOT_BOOTSTRAPPED.test(text)) {
    return `account ${account} is not bootstrapped, or does not trust the current account. With its credentials: ${bootstrapCommand(account, source)}`;
  }
  if (/TerminationProtection is enabled/.test(text)) {
    return `its first deployment failed, and what is left of it is protected. Then deploy again: aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name ${name}`;
  }
  return reasonIn(lines) ?? 'the CDK ended without a word';
}

/** What the CDK says where the bootstrap stack, its roles or their trust are missing. */
const NOT_BOOTSTRAPPED =
  /has the environment been bootstrapped|\/cdk-bootstrap\/\w+\/version|could not assume role|could not be used to assume|current credentials are for \d{12}|cdk bootstrap/i;

const CAUSE = '‣ ';

/** The causes that the CDK lists below `failed to deploy`, or the last line that tells of a failure, or the last one at all. */
function reasonIn(lines: readonly string[]): string | undefined {
  const said = lines.map((line) => line.trim()).filter((line) => line !== '');
  const causes = said.filter((line) => line.startsWith(CAUSE)).map((line) => line.slice(CAUSE.length));
  if (causes.length > 0) return causes.join('; ');
  const told = said.findLast((line) => /❌|_FAILED\b|\berror\b|\bfailed\b/i.test(line)) ?? said.at(-1);
  return told?.replace(/^❌\s*/, '');
}
