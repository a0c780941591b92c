import { GetParametersCommand } from '@aws-sdk/client-ssm';
import { namesOf, type Route } from '@xacct/core';
import { resourcesOf, routeOf, type Stack } from '../../stacks/stack.ts';
import type { Examined } from '../examined.ts';
import type { Finding } from '../finding.ts';
import { guard } from '../guard.ts';

/** GetParameters takes ten names. */
const AT_ONCE = 10;

/** The stacks of the file, and those that are deployed. */
export interface BothStacks {
  stacks: readonly Stack[];
  deployed: readonly Stack[];
}

/**
 * Checks that the parameters of a route hold what was deployed, or what the file says. Where the file is ahead, its stack
 * differs, which is reported there.
 */
export async function checkParameters(
  { name }: Pick<Route, 'name'>,
  { stacks, deployed }: BothStacks,
  { routes, clients: { ssm } }: Pick<Examined, 'routes' | 'clients'>,
): Promise<Finding[]> {
  const inFile = stacks.filter((one) => routeOf(one) === name).flatMap(parametersOf);
  const inStack = deployed.filter((one) => routeOf(one) === name).flatMap(parametersOf);
  const expected = inStack.length > 0 ? inStack : inFile;
  const names = expected.map((parameter) => parameter.name);
  const where = `parameter ${names[0]}`;
  const attempt = {
    where,
    what: 'its value',
    action: 'ssm:GetParameters',
    account: routes.source.account,
    routes: [name],
  };
  return guard(attempt, async () => {
    const values = new Map<string, string>();
    for (let start = 0; start < names.length; start += AT_ONCE) {
      const { Parameters = [] } = await ssm.send(
        new GetParametersCommand({ Names: names.slice(start, start + AT_ONCE) }),
      );
      for (const { Name = '', Value = '' } of Parameters) values.set(Name, Value);
    }
    const isOther = (parameter: { name: string; value: string }) =>
      values.get(parameter.name) !== parameter.value;
    const wrong = expected.find(isOther);
    if (wrong === undefined || !inFile.some(isOther)) return [];
    const { stack } = namesOf(routes).route(name);
    const place = `--region ${routes.source.region}`;
    return [
      {
        severity: 'error',
        check: 'parameter',
        where: `parameter ${wrong.name}`,
        found: describe(values.get(wrong.name), wrong.value),
        expected: `revision ${revisionOf(wrong.value)} of route ${name}`,
        // CloudFormation changes nothing where only the parameter differs, and not its template.
        fix: `aws ssm put-parameter --overwrite --name ${wrong.name} ${place} --value "$(aws cloudformation get-template --stack-name ${stack} ${place} --template-stage Original --query TemplateBody.Resources.${wrong.id}.Properties.Value --output text)"`,
        routes: [name],
        causes: [{ stack, type: 'AWS::SSM::Parameter', deploy: name }],
      },
    ];
  });
}

function parametersOf(stack: Stack): { id: string; name: string; value: string }[] {
  return resourcesOf(stack)
    .filter(([, { Type }]) => Type === 'AWS::SSM::Parameter')
    .map(([id, { Properties = {} }]) => ({
      id,
      name: String(Properties.Name),
      value: String(Properties.Value),
    }));
}

function describe(value: string | undefined, expected: string): string {
  if (value === undefined) return 'it does not exist';
  const revision = revisionOf(value);
  if (revision === undefined) return 'it holds text that is no route';
  return `it holds ${revision === revisionOf(expected) ? 'other text under ' : ''}revision ${revision}`;
}

function revisionOf(value: string): string | undefined {
  return /^xacct\/1 ([0-9a-f]{16}) /.exec(value)?.[1];
}
