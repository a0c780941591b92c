import { describe, expect, test } from 'vitest';
import { routedTargets } from '../../src/index.ts';
import { target } from '../factories.ts';

const ROUTES = {
  name: 'xacct',
  rolePath: '/teams/',
  source: { account: '111111111111', region: 'us-west-2', partition: 'aws' },
};

describe('routedTargets', () => {
  test.each([
    ['the generated role', 'arn:aws:iam::222222222222:role/teams/xacct-route-orders', true],
    ['a role without the path of the file', 'arn:aws:iam::222222222222:role/xacct-route-orders', false],
    ['the role of another route', 'arn:aws:iam::222222222222:role/teams/xacct-route-sales', false],
    ['the role for another forwarder', 'arn:aws:iam::222222222222:role/teams/xacct-route-orders@slow', false],
    ['an existing role', 'arn:aws:iam::222222222222:role/invoker', false],
  ])('recognizes %s', (_, roleArn, hasGeneratedRole) => {
    const [routed] = routedTargets(ROUTES, { name: 'orders', forwarder: 'default' }, [target({ roleArn })]);
    expect(routed).toEqual({ ...target({ roleArn }), hasGeneratedRole });
  });
});
