import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRoutes } from '@xacct/core';
import { sourceBootstrapPolicies, targetBootstrapPolicies } from '@xacct/core/bootstrap';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { folder, write, xacct } from '../xacct.ts';
import { readHcl } from './read-hcl.ts';

const ROUTES = `source:
  account: "111111111111"
  region: us-west-2
accounts:
  analytics: "999999999999"
  billing: "012345678901"
groups:
  both: [analytics, billing]
  all: [both, "111111111111"]
defaults: { hasFailureDestination: true }
routes:
  - stream: orders
    enhancedFanOut: true
    targets:
      - { group: both, function: reader }
      - { account: "444444444444", function: f, role: "arn:aws:iam::444444444444:role/theirs" }
`;
const FILE = write('routes.yaml', ROUTES);
const { routes } = parseRoutes(ROUTES);
if (routes === undefined) throw new Error('The routes of this test are not valid');

interface Template {
  Resources: Record<
    string,
    { Type: string; Properties: { ManagedPolicyName: string; PolicyDocument: unknown } }
  >;
}

/** The policies that a template makes in an account, by name. */
function deployed(text: string, account: string): Record<string, unknown> {
  const { Resources }: Template = parse(text, { version: '1.1' });
  const made = Object.values(Resources);
  expect(new Set(made.map(({ Type }) => Type))).toEqual(new Set(['AWS::IAM::ManagedPolicy']));
  const json = JSON.stringify(made).replaceAll(/\{"Fn::Sub":("[^"]*")\}/g, (_, text: string) => {
    return text.replace(`\${AWS::AccountId}`, account);
  });
  const filled: typeof made = JSON.parse(json);
  return Object.fromEntries(
    filled.map(({ Properties: { ManagedPolicyName, PolicyDocument } }) => [
      ManagedPolicyName,
      PolicyDocument,
    ]),
  );
}

function byName(policies: readonly { name: string; document: unknown }[]): Record<string, unknown> {
  return Object.fromEntries(policies.map(({ name, document }) => [name, document]));
}

describe('xacct export --bootstrap-policy', () => {
  test('writes for the source account its policies, and the commands to run there', async () => {
    const { code, stdout } = await xacct('export', '111111111111', '--bootstrap-policy');
    expect(code).toBe(0);
    expect(deployed(stdout, '111111111111')).toEqual(byName(sourceBootstrapPolicies(routes)));
    expect(
      stdout,
    ).toContain(`#   aws cloudformation deploy --template-file FILE --stack-name xacct-bootstrap --capabilities CAPABILITY_NAMED_IAM
#   npx aws-cdk@2.1148.1 bootstrap aws://111111111111/us-west-2 --cloudformation-execution-policies arn:aws:iam::111111111111:policy/xacct-cloudformation-source-roles,arn:aws:iam::111111111111:policy/xacct-cloudformation-source-forwarders,arn:aws:iam::111111111111:policy/xacct-cloudformation-source-routes\n`);
  });

  test.each([[['analytics']], [['both']], [[]], [['analytics', '012345678901']]])(
    'writes for %j one template that means the same in every target account',
    async (wanted) => {
      const { code, stdout } = await xacct('export', ...wanted, '--bootstrap-policy');
      expect(code).toBe(0);
      expect(deployed(stdout, '999999999999')).toEqual(
        byName(targetBootstrapPolicies(routes, '999999999999')),
      );
      expect(stdout.includes('999999999999')).toBe(wanted.length === 1 && wanted[0] === 'analytics');
    },
  );

  test('writes Terraform that means the same', async () => {
    const { code, stdout } = await xacct('export', 'billing', '--bootstrap-policy', '--format', 'terraform');
    expect(code).toBe(0);
    const { data, resource } = readHcl(stdout) as unknown as {
      data: { aws_iam_policy_document: Record<string, [{ version: string; statement: Hcl[] }]> };
      resource: { aws_iam_policy: Record<string, [{ name: string; policy: { reference: string } }]> };
    };
    const [policy] = targetBootstrapPolicies(routes, '012345678901');
    const [[label, [document]] = ['', [undefined]]] = Object.entries(data.aws_iam_policy_document);
    expect(document?.statement).toEqual(
      policy?.document.Statement.map(({ Sid, Effect, Action, Resource }) => ({
        sid: Sid,
        effect: Effect,
        actions: [Action].flat(),
        resources: [Resource].flat(),
      })),
    );
    expect(
      Object.values(resource.aws_iam_policy).map(([made]) => [made.name, made.policy.reference]),
    ).toEqual([[policy?.name, `data.aws_iam_policy_document.${label}.json`]]);
  });

  test('writes a file, and prints what is in it', async () => {
    const { stdout } = await xacct('export', '111111111111', '--bootstrap-policy', '--out', 'policies.yaml');
    expect(stdout).toBe(
      'policies.yaml: 3 managed policies for the role of CloudFormation in account 111111111111\n',
    );
    expect(await readFile(join(folder, 'policies.yaml'), 'utf8')).toContain(
      'xacct-cloudformation-source-roles',
    );
  });

  test.each([
    [
      'the source account among others',
      ['all'],
      '111111111111 is the source account, where CloudFormation needs other policies: export it by itself\n',
    ],
    [
      'a name that the file has not',
      ['nobody'],
      `${FILE} has no account or group "nobody", expected a name from "accounts" or "groups", or 12 digits\n`,
    ],
    [
      'Terraform for several accounts',
      ['both', '--format', 'terraform'],
      'Terraform is written for one account: export each of 999999999999, 012345678901\n',
    ],
    [
      'an on-failure destination, which is no policy',
      ['analytics', '--with-failure-destination'],
      "option '--bootstrap-policy' cannot be used with option '--with-failure-destination'",
    ],
  ])('ends with 2 for %s', async (_, args, message) => {
    const { code, stdout, stderr } = await xacct('export', ...args, '--bootstrap-policy');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('names the region of each account, and asks for it where they differ', async () => {
    const file = write(
      'regions.yaml',
      ROUTES.replace('"012345678901"', '{ id: "012345678901", region: eu-west-1 }'),
    );
    const one = await xacct('export', 'billing', '--bootstrap-policy', '--config', file);
    expect(one.stdout).toContain(' bootstrap aws://012345678901/eu-west-1 ');
    expect(one.stdout).toContain(
      'arn:aws:ssm:eu-west-1:012345678901:parameter/cdk-bootstrap/hnb659fds/version',
    );
    const all = await xacct('export', '--bootstrap-policy', '--config', file);
    expect(all.stdout).toContain(' bootstrap aws://ACCOUNT/REGION ');
    for (const region of ['eu-west-1', 'us-west-2'])
      expect(all.stdout).toContain(`arn:aws:ssm:${region}:\${AWS::AccountId}:parameter/cdk-bootstrap/`);
  });

  test('names the next command if no other account has roles', async () => {
    const file = write(
      'own.yaml',
      ROUTES.replace('{ group: both, function: reader }', '{ account: "111111111111", function: reader }'),
    );
    const { code, stderr } = await xacct('export', '--bootstrap-policy', '--config', file);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'own.yaml makes no role in another account than the source: xacct export 111111111111 --bootstrap-policy\n',
    );
    const own = await xacct('export', '111111111111', '--bootstrap-policy', '--config', file);
    expect(Object.keys(deployed(own.stdout, '111111111111'))).toEqual([
      'xacct-cloudformation-source-roles',
      'xacct-cloudformation-source-forwarders',
      'xacct-cloudformation-source-routes',
      'xacct-cloudformation-target',
    ]);
  });

  test('reports what does not fit into a policy', async () => {
    const entries = Array.from(
      { length: 60 },
      (_, index) =>
        `  - { stream: ${'s'.repeat(60)}-${index}, enhancedFanOut: true, targets: [{ account: analytics, function: f }] }\n`,
    );
    const file = write('many.yaml', `${ROUTES}${entries.join('')}`);
    const { code, stderr } = await xacct('export', '111111111111', '--bootstrap-policy', '--config', file);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^The policy xacct-cloudformation-source-routes would have \d+ characters, and IAM allows 6144: /,
    );
  });
});

interface Hcl {
  sid: string;
  effect: string;
  actions: string[];
  resources: string[];
}
