import { GetParametersCommand } from '@aws-sdk/client-ssm';
import { encodeRoute, namesOf, parameterName, parameterPartName, type Route } from '@xacct/core';
import type { Examined } from '../examined.ts';
import type { Finding } from '../finding.ts';
import { guard } from '../guard.ts';

/** GetParameters takes ten names. */
const AT_ONCE = 10;

/** Checks that the parameters of a route hold what the file says. */
export async function checkParameters(
  route: Route,
  { routes, clients: { ssm } }: Pick<Examined, 'routes' | 'clients'>,
): Promise<Finding[]> {
  const { name, forwarder, stream } = route;
  const first = parameterName(namesOf(routes).forwarder(forwarder).parameterPrefix, stream);
  const expected = encodeRoute(route);
  const names = expected.map((_, part) => parameterPartName(first, part));
  const where = `parameter ${first}`;
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
    const wrong = names.findIndex((part, index) => values.get(part) !== expected[index]);
    const at = names[wrong];
    if (at === undefined) return [];
    const { stack } = namesOf(routes).route(name);
    return [
      {
        severity: 'error',
        check: 'parameter',
        where: `parameter ${at}`,
        found: describe(values.get(at)),
        expected: `the ${describe(expected[wrong])} of route ${name}`,
        // CloudFormation changes nothing where only the parameter differs, and not its template.
        fix: `aws ssm put-parameter --overwrite --name ${at} --region ${routes.source.region} --value "$(aws cloudformation get-template --stack-name ${stack} --region ${routes.source.region} --template-stage Original --query TemplateBody.Resources.${wrong === 0 ? 'Route' : `RoutePart${wrong}`}.Properties.Value --output text)"`,
        routes: [name],
        causes: [{ stack, type: 'AWS::SSM::Parameter', deploy: name }],
      },
    ];
  });
}

function describe(value: string | undefined): string {
  if (value === undefined) return 'it does not exist';
  const revision = /^xacct\/1 ([0-9a-f]{16}) /.exec(value)?.[1];
  return revision === undefined ? 'text that is no route' : `revision ${revision}`;
}
