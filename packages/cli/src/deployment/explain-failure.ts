import type { Source } from '@xacct/core';
import { bootstrapCommand } from '../aws/bootstrap-command.ts';
import { giveCredentials, RENEW_CREDENTIALS } from '../aws/describe-failure.ts';
import type { Stack } from '../stacks/stack.ts';

/** Explains from the output of the CDK why it could not deploy a stack, with a fix where one is known. */
export function explainFailure(lines: readonly string[], stack: Stack, source: Source): string {
  const { account, name } = stack;
  const text = lines.join('\n');
  if (/no credentials have been configured|Unable to resolve AWS account to use/.test(text)) {
    return `there are no AWS credentials. ${giveCredentials(`account ${source.account}`)}`;
  }
  if (/ExpiredToken|security token included in the request is expired/.test(text)) {
    return `the AWS credentials have expired. ${RENEW_CREDENTIALS}`;
  }
  if (NOT_BOOTSTRAPPED.test(text)) {
    return `account ${account} is not bootstrapped, or does not trust the current account. With its credentials: ${bootstrapCommand(account, source)}`;
  }
  if (/TerminationProtection is enabled/.test(text)) {
    return `its first deployment failed, and what is left of it is protected. Then deploy again: aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name ${name}`;
  }
  return reasonIn(lines) ?? 'the CDK ended without output';
}

/** What the CDK prints if the bootstrap stack, its roles or their trust are missing. */
const NOT_BOOTSTRAPPED =
  /has the environment been bootstrapped|\/cdk-bootstrap\/\w+\/version|could not assume role|could not be used to assume|current credentials are for \d{12}|cdk bootstrap/i;

const CAUSE = '‣ ';

/** The causes that the CDK lists below `failed to deploy`; else the last line that reports a failure; else the last line. */
function reasonIn(lines: readonly string[]): string | undefined {
  const written = lines.map((line) => line.trim()).filter((line) => line !== '');
  const causes = written.filter((line) => line.startsWith(CAUSE)).map((line) => line.slice(CAUSE.length));
  if (causes.length > 0) return causes.join('; ');
  const last = written.findLast((line) => /❌|_FAILED\b|\berror\b|\bfailed\b/i.test(line)) ?? written.at(-1);
  return last?.replace(/^❌\s*/, '');
}
