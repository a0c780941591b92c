import type { Route } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { checkParameters } from '../../../src/doctor/checks/parameters.ts';
import { examinedOf } from '../examined.ts';

const revision = (digit: number) => `xacct/1 ${String(digit).repeat(16)} 0/1\n{}`;
const NAME = '/xacct/default/kinesis/orders';

function stackWith(values: readonly string[]) {
  const parameters = values.map((Value, part) => [
    part === 0 ? 'Route' : `RoutePart${part}`,
    { Type: 'AWS::SSM::Parameter', Properties: { Name: part === 0 ? NAME : `${NAME}/${part}`, Value } },
  ]);
  return {
    name: 'xacct-route-orders',
    account: '111111111111',
    region: 'us-west-2',
    tags: { 'xacct:route': 'orders' },
    template: { Resources: Object.fromEntries(parameters) },
  };
}

/** @param live what Parameter Store answers, in order */
function check(live: readonly string[], inFile: readonly string[], deployed: readonly string[] = inFile) {
  const all = new Map(live.map((value, part) => [part === 0 ? NAME : `${NAME}/${part}`, value]));
  const examined = examinedOf({
    GetParametersCommand: ({ Names }) => ({
      Parameters: (Names as string[]).flatMap((Name) => {
        const Value = all.get(Name);
        return Value === undefined ? [] : { Name, Value };
      }),
    }),
  });
  const stacks = {
    stacks: [stackWith(inFile)],
    deployed: deployed.length === 0 ? [] : [stackWith(deployed)],
  };
  return checkParameters(examined.chosen[0] as Route, stacks, examined);
}

describe('checkParameters', () => {
  test('finds nothing where the parameters hold what is deployed, or already what the file says', async () => {
    const twelve = Array.from({ length: 12 }, (_, part) => `${revision(1)}${part}`);
    expect(await check(twelve, twelve)).toEqual([]);
    expect(await check([revision(1)], [revision(2)], [revision(1)])).toEqual([]);
    expect(await check([revision(2)], [revision(2)], [revision(1)])).toEqual([]);
  });

  test.each([
    ['another revision', [revision(3)], 'it holds revision 3333333333333333'],
    ['other text', [`${revision(1)} `], 'it holds other text under revision 1111111111111111'],
    ['no route', ['nonsense'], 'it holds text that is no route'],
    ['nothing', [], 'it does not exist'],
  ])('reports a parameter that holds %s, and how it gets its value back', async (_, live, found) => {
    expect(await check(live, [revision(1)])).toEqual([
      expect.objectContaining({
        severity: 'error',
        where: `parameter ${NAME}`,
        found,
        expected: 'revision 1111111111111111 of route orders',
        fix: `aws ssm put-parameter --overwrite --name ${NAME} --region us-west-2 --value "$(aws cloudformation get-template --stack-name xacct-route-orders --region us-west-2 --template-stage Original --query TemplateBody.Resources.Route.Properties.Value --output text)"`,
      }),
    ]);
  });

  test('names the part that is wrong, of a route that is not deployed too', async () => {
    const [first, second] = [revision(1), revision(2)];
    expect(await check([first, 'x'], [first, second], [])).toEqual([
      expect.objectContaining({ where: `parameter ${NAME}/1`, found: 'it holds text that is no route' }),
    ]);
  });
});
