import { describe, expect, test } from 'vitest';
import { readTemplate } from '../../src/assembly/read-template.ts';
import { NotSupportedError } from '../../src/shared/aws-error.ts';
import { REGION, SOURCE } from '../factories.ts';

function read(template: Record<string, unknown>, region = REGION) {
  return readTemplate({ name: 'a', account: SOURCE, region, template, assets: new Map() });
}

/** The value that a property of a parameter gets in a template with these resources beside it. */
function resolved(value: unknown, resources: object = {}, region = REGION): unknown {
  const parameter = { Type: 'AWS::SSM::Parameter', Properties: { Name: '/a', Type: 'String', Value: value } };
  const [resource] = read({ Resources: { Parameter: parameter, ...resources } }, region);
  return resource?.properties.Value;
}

const BUCKET = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'bucket' } };

describe('readTemplate', () => {
  test('reads each resource with its name, properties and place', () => {
    const template = { Description: 'text', Resources: { Bucket: BUCKET, Role: { Type: 'AWS::IAM::Role' } } };
    const stack = { name: 'a', account: SOURCE, region: REGION, template, assets: new Map() };
    expect(readTemplate(stack)).toEqual([
      {
        type: 'AWS::S3::Bucket',
        logicalId: 'Bucket',
        name: 'bucket',
        physicalId: 'bucket',
        properties: { BucketName: 'bucket' },
        stack,
        where: 'stack a resource Bucket',
      },
      {
        type: 'AWS::IAM::Role',
        logicalId: 'Role',
        name: 'a-Role',
        physicalId: 'a-Role',
        properties: {},
        stack,
        where: 'stack a resource Role',
      },
    ]);
  });

  test("accepts the CDK's check of its bootstrap stack, and keys that do not change a resource's behaviour", () => {
    const resources = read({
      Parameters: { BootstrapVersion: { Type: 'String' } },
      Rules: { CheckBootstrapVersion: {} },
      Resources: {
        Bucket: {
          ...BUCKET,
          DependsOn: [],
          Metadata: {},
          DeletionPolicy: 'Retain',
          UpdateReplacePolicy: 'Retain',
        },
      },
    });
    expect(resources).toHaveLength(1);
  });

  test.each([
    ['AWS::AccountId', SOURCE, SOURCE],
    ['AWS::Region', REGION, 'cn-north-1'],
    ['AWS::Partition', 'aws', 'aws-cn'],
    ['AWS::StackName', 'a', 'a'],
    ['AWS::URLSuffix', 'amazonaws.com', 'amazonaws.com.cn'],
  ])('resolves the pseudo parameter %s', (name, value, inChina) => {
    expect(resolved({ Ref: name })).toBe(value);
    expect(resolved({ Ref: name }, {}, 'cn-north-1')).toBe(inChina);
  });

  test.each([
    ['AWS::S3::Bucket', { BucketName: 'x' }, 'arn:aws:s3:::x'],
    ['AWS::IAM::Role', { RoleName: 'x' }, `arn:aws:iam::${SOURCE}:role/x`],
    ['AWS::Lambda::Function', { FunctionName: 'x' }, `arn:aws:lambda:${REGION}:${SOURCE}:function:x`],
    ['AWS::Logs::LogGroup', { LogGroupName: 'x' }, `arn:aws:logs:${REGION}:${SOURCE}:log-group:x:*`],
  ])('resolves the name and the ARN of an %s', (Type, Properties, arn) => {
    const resources = { Other: { Type, Properties } };
    expect(resolved({ Ref: 'Other' }, resources)).toBe('x');
    expect(resolved({ 'Fn::GetAtt': ['Other', 'Arn'] }, resources)).toBe(arn);
  });

  test('resolves a queue to its URL, its ARN and its name', () => {
    const resources = { Other: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'x' } } };
    const url = `https://sqs.${REGION}.amazonaws.com/${SOURCE}/x`;
    expect(resolved({ Ref: 'Other' }, resources)).toBe(url);
    expect(resolved({ 'Fn::GetAtt': ['Other', 'QueueUrl'] }, resources)).toBe(url);
    expect(resolved({ 'Fn::GetAtt': ['Other', 'Arn'] }, resources)).toBe(`arn:aws:sqs:${REGION}:${SOURCE}:x`);
    expect(resolved({ 'Fn::GetAtt': ['Other', 'QueueName'] }, resources)).toBe('x');
  });

  test.each([
    ['what "Ref: Other" refers to', { Ref: 'Other' }],
    ['what "Ref: AWS::NoValue" refers to', { Ref: 'AWS::NoValue' }],
    ['the attribute Other.Arn', { 'Fn::GetAtt': ['Other', 'Arn'] }],
    ['the attribute Bucket.DomainName', { 'Fn::GetAtt': ['Bucket', 'DomainName'] }],
    ['the intrinsic function Fn::Sub', { 'Fn::Sub': 'a' }],
  ])('refuses %s, naming the stack and the resource', (what, value) => {
    expect(() => resolved(value, { Bucket: BUCKET })).toThrow(
      new NotSupportedError(what, 'stack a resource Parameter'),
    );
  });

  test.each([
    ['the resource type AWS::SNS::Topic', { Type: 'AWS::SNS::Topic' }],
    ['the resource type constructor', { Type: 'constructor' }],
    [
      'the property of AWS::S3::Bucket WebsiteConfiguration',
      { Type: 'AWS::S3::Bucket', Properties: { WebsiteConfiguration: {} } },
    ],
    [
      'the property of AWS::IAM::Role ManagedPolicyArns',
      { Type: 'AWS::IAM::Role', Properties: { ManagedPolicyArns: [] } },
    ],
    ['the key of a resource Condition', { Type: 'AWS::IAM::Role', Condition: 'A' }],
    [
      'a BucketName that is not written out',
      { Type: 'AWS::S3::Bucket', Properties: { BucketName: { Ref: 'A' } } },
    ],
  ])('refuses %s, naming the stack and the resource', (what, resource) => {
    expect(() => read({ Resources: { Bucket: BUCKET, Other: resource } })).toThrow(
      new NotSupportedError(what, 'stack a resource Other'),
    );
  });

  test.each([
    ['the section Outputs', { Outputs: {}, Resources: {} }],
    ['the section Conditions', { Conditions: {}, Resources: {} }],
    ['the entry of Parameters Size', { Parameters: { Size: {} }, Resources: {} }],
    ['the entry of Rules Other', { Rules: { Other: {} }, Resources: {} }],
    ['a template without Resources', { Description: 'a' }],
  ])('refuses %s, naming the stack', (what, template) => {
    expect(() => read(template)).toThrow(new NotSupportedError(what, 'stack a'));
  });
});
