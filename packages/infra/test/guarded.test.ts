import { deploy, readAssembly } from '@xacct/local/deployed';
import { describe, expect, test } from 'vitest';
import { appOf, guardedRoutes, templatesOf } from './factories.ts';

const TEMPLATES = templatesOf(guardedRoutes());

/** The properties of all resources of a type, by stack. */
function propertiesOf(type: string): [stack: string, properties: Record<string, unknown>][] {
  return [...TEMPLATES].flatMap(([stack, template]) =>
    Object.values(template.findResources(type)).map(({ Properties }): [string, Record<string, unknown>] => [
      stack,
      Properties,
    ]),
  );
}

describe('the stacks of an organization with guardrails', () => {
  test('are taken by the local AWS', async () => {
    const { roles } = deploy(await readAssembly(appOf(guardedRoutes()).synth().directory));
    expect(roles.size).toBe(propertiesOf('AWS::IAM::Role').length);
  });

  test('give every role the permissions boundary of its account', () => {
    const roles = propertiesOf('AWS::IAM::Role');
    expect(roles.length).toBeGreaterThan(3);
    for (const [stack, { PermissionsBoundary }] of roles) {
      const account = /-target-(\d{12})/.exec(stack)?.[1] ?? '111111111111';
      expect(PermissionsBoundary).toBe(`arn:aws:iam::${account}:policy/boundaries/xacct`);
    }
  });
});
