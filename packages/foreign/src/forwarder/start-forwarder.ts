import { fork } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { assumeRole } from '../accounts/assume-role.ts';
import type { ForeignAws } from '../start-foreign-aws.ts';
import { downloadCode } from './download-code.ts';

export interface StartedForwarder {
  /** @throws what the handler threw, or how its process ended */
  invoke(event: unknown): Promise<unknown>;
  /** Ends it; returns what it logged. */
  stop(): Promise<string>;
}

const ENVIRONMENT = fileURLToPath(new URL('./environment.ts', import.meta.url));

/** Runs a deployed forwarder in a process, from its archive, with its role and its variables, and nothing but them. */
export async function startForwarder(
  aws: ForeignAws,
  account: string,
  name: string,
): Promise<StartedForwarder> {
  const { region, gateway } = aws;
  const clients = aws.account(account);
  const deployed = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
  const code = await downloadCode(clients, name, aws.folder);
  if (code.sha256 !== deployed.CodeSha256) {
    throw new Error(
      `Function ${name} has the code ${deployed.CodeSha256}, and its stack names an archive of ${code.sha256}`,
    );
  }
  const administrator = await clients.lambda.config.credentials();
  const { variables } = await assumeRole(gateway.endpoint, region, deployed.Role ?? '', administrator);
  const child = fork(ENVIRONMENT, [String(deployed.Timeout)], {
    cwd: code.folder,
    env: {
      ...deployed.Environment?.Variables,
      ...variables,
      AWS_ENDPOINT_URL: gateway.endpoint,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(deployed.MemorySize),
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_REGION: region,
      _HANDLER: deployed.Handler,
    },
    execArgv: [],
    silent: true,
  });
  const logged = Promise.all([child.stdout, child.stderr].map((stream) => (stream ? text(stream) : '')));
  const ended = once(child, 'exit').then(async ([status]) => {
    throw new Error(`The forwarder's process ended with ${status}: ${(await logged).join('')}`);
  });
  ended.catch(() => {});
  return {
    async invoke(event) {
      const answered = once(child, 'message');
      child.send(event as object);
      const [answer] = await Promise.race([answered, ended]);
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer.result;
    },
    async stop() {
      child.kill('SIGKILL');
      return (await logged).join('');
    },
  };
}
