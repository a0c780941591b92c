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

interface Statement {
  Sid: string;
  Resource: string | string[];
}

describe('the stacks of an organization with guardrails', () => {
  test('are taken by the local AWS', async () => {
    const { roles } = deploy(await readAssembly(appOf(guardedRoutes()).synth().directory));
    expect(roles.size).toBe(propertiesOf('AWS::IAM::Role').length);
  });

  test('are in the region of their account', () => {
    const { stacks } = appOf(guardedRoutes()).synth();
    const places = stacks.map(({ stackName, environment }) => [stackName, environment.region]);
    expect(Object.fromEntries(places)).toEqual({
      'xacct-forwarder-default': 'us-west-2',
      'xacct-forwarder-isolated': 'us-west-2',
      'xacct-route-carts': 'us-west-2',
      'xacct-route-orders': 'us-west-2',
      'xacct-route-payments': 'us-west-2',
      'xacct-target-222222222222': 'eu-west-1',
      'xacct-target-222222222222-isolated': 'eu-west-1',
      'xacct-target-333333333333': 'us-west-2',
      'xacct-target-999999999999': 'us-west-2',
    });
  });

  test("have the file's tags beside their own, and so have the roles that an owner may deploy from an export", () => {
    const own = { 'cost-center': '4711', Team: 'streams and events' };
    for (const { tags } of appOf(guardedRoutes()).synth().stacks)
      expect(tags).toMatchObject({ ...own, 'xacct:name': 'xacct' });
    const tagged = propertiesOf('AWS::IAM::Role').filter(([stack]) => stack.includes('-target-'));
    for (const [, { Tags }] of tagged) {
      expect(Tags).toEqual([
        { Key: 'cost-center', Value: '4711' },
        { Key: 'Team', Value: 'streams and events' },
        { Key: 'xacct:route', Value: expect.any(String) },
      ]);
    }
  });

  test('have the roles of target accounts under the path, and those of forwarders under none', () => {
    for (const [stack, { Path }] of propertiesOf('AWS::IAM::Role')) {
      expect([stack, Path]).toEqual([stack, stack.includes('-target-') ? '/teams/streams/' : undefined]);
    }
  });

  test('have forwarders that assume the roles that are made, and no others', async () => {
    const { roles } = deploy(await readAssembly(appOf(guardedRoutes()).synth().directory));
    const made = [...roles.keys()].filter((arn) => arn.includes(':role/teams/streams/'));
    const assumed = propertiesOf('AWS::IAM::Policy')
      .flatMap(([, { PolicyDocument }]) => (PolicyDocument as { Statement: Statement[] }).Statement)
      .filter(({ Sid }) => Sid === 'AssumeRoutedRoles')
      .flatMap(({ Resource }) => Resource);
    expect(made).toHaveLength(5);
    expect(assumed.toSorted()).toEqual(made.toSorted());
  });

  test('are deployed by the bootstrap stack of the qualifier', () => {
    const { stacks } = appOf(guardedRoutes()).synth();
    expect(stacks.length).toBeGreaterThan(5);
    for (const { assumeRoleArn, stackTemplateAssetObjectUrl, template } of stacks) {
      expect(assumeRoleArn).toContain(':role/cdk-streams-deploy-role-');
      expect(stackTemplateAssetObjectUrl).toMatch(/^s3:\/\/cdk-streams-assets-/);
      expect(template.Parameters.BootstrapVersion.Default).toBe('/cdk-bootstrap/streams/version');
    }
  });

  test('encrypt queues, failure buckets and logs with the key of the file', () => {
    const key = 'arn:aws:kms:us-west-2:111111111111:key/mrk-1234abcd12ab34cd56ef1234567890ab';
    const queues = propertiesOf('AWS::SQS::Queue').map(([, properties]) => properties);
    expect(queues).toHaveLength(6);
    for (const queue of queues) {
      expect(queue.KmsMasterKeyId).toBe(key);
      expect(queue).not.toHaveProperty('SqsManagedSseEnabled');
    }
    const buckets = propertiesOf('AWS::S3::Bucket').map(([, properties]) => properties.BucketEncryption);
    const byKey = {
      // One call of KMS for many objects.
      BucketKeyEnabled: true,
      ServerSideEncryptionByDefault: { KMSMasterKeyID: key, SSEAlgorithm: 'aws:kms' },
    };
    expect(buckets).toEqual(Array(2).fill({ ServerSideEncryptionConfiguration: [byKey] }));
    expect(propertiesOf('AWS::Logs::LogGroup').map(([, { KmsKeyId }]) => KmsKeyId)).toEqual([key, key]);
  });

  test('put a function into a network, have its code signed and keep its log, as its forwarder asks', () => {
    const functions = Object.fromEntries(propertiesOf('AWS::Lambda::Function'));
    expect(functions['xacct-forwarder-isolated']).toMatchObject({
      VpcConfig: {
        SubnetIds: ['subnet-0123456789abcdef0', 'subnet-0abc1234'],
        SecurityGroupIds: ['sg-0123456789abcdef0'],
      },
      CodeSigningConfigArn: 'arn:aws:lambda:us-west-2:111111111111:code-signing-config:csc-0123456789abcdef0',
    });
    expect(functions['xacct-forwarder-default']).not.toHaveProperty('VpcConfig');
    expect(functions['xacct-forwarder-default']).not.toHaveProperty('CodeSigningConfigArn');
    const kept = propertiesOf('AWS::Logs::LogGroup').map(([stack, { RetentionInDays }]) => [
      stack,
      RetentionInDays,
    ]);
    expect(kept).toEqual([
      ['xacct-forwarder-default', 30],
      ['xacct-forwarder-isolated', 400],
    ]);
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
