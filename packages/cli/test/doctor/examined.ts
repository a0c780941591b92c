import { formatProblem, parseRoutes } from '@xacct/core';
import type { Clients } from '../../src/doctor/clients.ts';
import type { Examined } from '../../src/doctor/examined.ts';
import { accountLabels } from '../../src/routes-file/account-labels.ts';
import { routesYaml } from '../xacct.ts';

/** Answers of AWS, by the name of the command; an error is thrown. */
export type Answers = Record<string, object | ((input: Record<string, unknown>) => object)>;

/** What is examined of a routes file, where AWS answers so. */
export function examinedOf(answers: Answers, text = routesYaml()): Examined {
  const { routes, problems } = parseRoutes(text);
  if (routes === undefined) throw new Error(problems.map(formatProblem).join('\n'));
  const client = {
    async send(command: { constructor: { name: string }; input: Record<string, unknown> }) {
      const answer = answers[command.constructor.name];
      if (answer === undefined) throw new Error(`No answer to ${command.constructor.name}`);
      const given = typeof answer === 'function' ? answer(command.input) : answer;
      if (given instanceof Error) throw given;
      return given;
    },
  };
  const { kinesis, tables, lambda, ssm, sqs, cloudWatch, s3 } = new Proxy(
    {},
    { get: () => client },
  ) as Clients;
  return {
    routes,
    chosen: routes.routes,
    isAll: true,
    isAsked: () => true,
    isLeft: () => false,
    labels: accountLabels(text),
    clients: { kinesis, tables, lambda, ssm, sqs, cloudWatch, s3 },
    profile: undefined,
  };
}

export function awsError(name: string, message = 'no'): Error {
  return Object.assign(new Error(message), { name });
}
