import { describe, expect, test } from 'vitest';
import { deploy } from '../../src/assembly/deploy.ts';
import { NotSupportedError } from '../../src/shared/aws-error.ts';
import {
  allow,
  deployedBucket,
  deployedMapping,
  policy,
  REGION,
  role,
  SOURCE,
  TARGET,
} from '../factories.ts';

function stack(Resources: object, account = SOURCE) {
  return {
    name: 'a',
    account,
    region: REGION,
    template: { Resources },
    assets: new Map([['code.zip', '/code']]),
  };
}

const document = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const KEY = `arn:aws:kms:${REGION}:${SOURCE}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const READ = allow('s3:GetObject', '*');
const WRITE = allow('s3:PutObject', '*');
const ROLE_ARN = `arn:aws:iam::${SOURCE}:role/r`;

const FUNCTION = {
  FunctionName: 'forwarder',
  Code: { S3Bucket: 'assets', S3Key: 'code.zip' },
  Handler: 'index.handler',
  Role: ROLE_ARN,
  Runtime: 'nodejs24.x',
};
const MAPPING = {
  EventSourceArn: `arn:aws:kinesis:${REGION}:${SOURCE}:stream/orders`,
  FunctionName: `arn:aws:lambda:${REGION}:${SOURCE}:function:forwarder`,
  StartingPosition: 'LATEST',
};

describe('deploy', () => {
  test('gives a role its own policies and those that are attached to it', () => {
    const { roles } = deploy([
      stack({
        Late: {
          Type: 'AWS::IAM::ManagedPolicy',
          Properties: { PolicyDocument: document(WRITE), Roles: ['r'] },
        },
        Role: role('r', {
          MaxSessionDuration: 7200,
          Policies: [{ PolicyName: 'p', PolicyDocument: document(READ) }],
        }),
        Policy: {
          Type: 'AWS::IAM::Policy',
          Properties: { PolicyName: 'q', PolicyDocument: document(WRITE), Roles: [{ Ref: 'Role' }] },
        },
      }),
      stack({ Role: role('r') }, TARGET),
    ]);
    expect(roles.get(ROLE_ARN)).toEqual({
      arn: ROLE_ARN,
      name: 'r',
      account: SOURCE,
      trust: policy({
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: 'lambda.amazonaws.com' },
      }),
      policies: [policy(READ), policy(WRITE), policy(WRITE)],
      maxSessionSeconds: 7200,
    });
    expect(roles.get(`arn:aws:iam::${TARGET}:role/r`)).toMatchObject({
      policies: [],
      maxSessionSeconds: 3600,
    });
  });

  test('finds a role with a path by its name, and writes the path into its ARN', () => {
    const { roles } = deploy([
      stack({
        Role: role('r', {
          Path: '/teams/streams/',
          PermissionsBoundary: 'arn:aws:iam::aws:policy/PowerUserAccess',
        }),
        Policy: {
          Type: 'AWS::IAM::Policy',
          Properties: { PolicyName: 'q', PolicyDocument: document(WRITE), Roles: ['r'] },
        },
        Parameter: {
          Type: 'AWS::SSM::Parameter',
          Properties: { Name: '/role', Type: 'String', Value: { 'Fn::GetAtt': ['Role', 'Arn'] } },
        },
      }),
    ]);
    const arn = `arn:aws:iam::${SOURCE}:role/teams/streams/r`;
    expect([...roles.keys()]).toEqual([arn]);
    expect(roles.get(arn)).toMatchObject({ arn, name: 'r', policies: [policy(WRITE)] });
  });

  test.each(['teams/', '/teams', '', 5])('refuses %j as the path of a role', (Path) => {
    expect(() => deploy([stack({ Role: role('r', { Path }) })])).toThrow(
      new NotSupportedError(
        `Path ${JSON.stringify(Path)} of a role: it begins and ends with a slash`,
        'stack a resource Role',
      ),
    );
  });

  test("reads a function with CloudFormation's defaults", () => {
    const arn = `arn:aws:lambda:${REGION}:${SOURCE}:function:forwarder`;
    const plain = deploy([stack({ Function: { Type: 'AWS::Lambda::Function', Properties: FUNCTION } })]);
    const expected = {
      arn,
      name: 'forwarder',
      account: SOURCE,
      region: REGION,
      roleArn: ROLE_ARN,
      runtime: 'nodejs24.x',
      handler: 'index.handler',
      codeKey: 'code.zip',
      codeFolder: '/code',
      environment: {},
      memoryMB: 128,
      timeoutSeconds: 3,
      logGroup: '/aws/lambda/forwarder',
      recursiveLoop: 'Terminate',
    };
    expect(plain.functions).toEqual(new Map([[arn, expected]]));

    const Properties = {
      ...FUNCTION,
      Environment: { Variables: { A: 'b' } },
      LoggingConfig: { LogGroup: '/logs' },
      MemorySize: 512,
      RecursiveLoop: 'Allow',
      Timeout: 60,
    };
    const full = deploy([stack({ Function: { Type: 'AWS::Lambda::Function', Properties } })]);
    expect(full.functions.get(arn)).toEqual({
      ...expected,
      environment: { A: 'b' },
      memoryMB: 512,
      timeoutSeconds: 60,
      logGroup: '/logs',
      recursiveLoop: 'Allow',
    });
  });

  test('refuses an unknown value of RecursiveLoop', () => {
    const Properties = { ...FUNCTION, RecursiveLoop: 'Stop' };
    expect(() => deploy([stack({ Function: { Type: 'AWS::Lambda::Function', Properties } })])).toThrow(
      new NotSupportedError('RecursiveLoop "Stop"', 'stack a resource Function'),
    );
  });

  test('reads alarms on a metric and on an expression, with what they leave out', () => {
    const Dimensions = [{ Name: 'EventSourceMappingUUID', Value: { Ref: 'Mapping' } }];
    const metric = { Namespace: 'AWS/Lambda', MetricName: 'PolledEventCount', Dimensions };
    const settings = { ComparisonOperator: 'LessThanThreshold', EvaluationPeriods: 3, Threshold: 1 };
    const { alarms } = deploy([
      stack({
        Mapping: { Type: 'AWS::Lambda::EventSourceMapping', Properties: MAPPING },
        Plain: {
          Type: 'AWS::CloudWatch::Alarm',
          Properties: { ...settings, ...metric, Statistic: 'Sum', Period: 300, AlarmName: 'plain' },
        },
        Computed: {
          Type: 'AWS::CloudWatch::Alarm',
          Properties: {
            ...settings,
            AlarmActions: ['arn:aws:sns:us-west-2:111111111111:ops'],
            DatapointsToAlarm: 2,
            TreatMissingData: 'notBreaching',
            Metrics: [
              { Id: 'polled', MetricStat: { Metric: metric, Period: 300, Stat: 'Sum' }, ReturnData: false },
              { Id: 'idle', Expression: 'FILL(polled, 0)' },
            ],
          },
        },
      }),
    ]);
    const polled = {
      metric: {
        namespace: 'AWS/Lambda',
        name: 'PolledEventCount',
        dimensions: { EventSourceMappingUUID: 'a-Mapping' },
      },
      statistic: 'Sum',
      periodSeconds: 300,
    };
    expect(alarms).toEqual([
      expect.objectContaining({
        name: 'plain',
        queries: [expect.objectContaining(polled)],
        periodSeconds: 300,
        datapointsToAlarm: 3,
        comparison: 'LessThanThreshold',
        treatMissingData: 'missing',
        alarmActions: [],
      }),
      expect.objectContaining({
        name: 'a-Computed',
        queries: [
          expect.objectContaining({ id: 'polled', returnData: false, ...polled }),
          expect.objectContaining({ id: 'idle', returnData: true, expression: 'FILL(polled, 0)' }),
        ],
        datapointsToAlarm: 2,
        treatMissingData: 'notBreaching',
        alarmActions: ['arn:aws:sns:us-west-2:111111111111:ops'],
      }),
    ]);
  });

  test.each([
    ['periods that differ', [60, 300], true, 'an alarm on metrics with the periods 60, 300'],
    [
      'no metric that is returned',
      [60, 60],
      false,
      'an alarm that does not return exactly one of its metrics',
    ],
    ['a period of less than a minute', [30, 30], true, 'Period, an integer of 60–86400: 30'],
  ])('refuses an alarm with %s', (_, periods, ReturnData, message) => {
    const Metric = { Namespace: 'AWS/Lambda', MetricName: 'Errors' };
    const Metrics = periods.map((Period, index) => ({
      Id: `m${index}`,
      MetricStat: { Metric, Period, Stat: 'Sum' },
      ReturnData: ReturnData && index === 0,
    }));
    const Properties = {
      ComparisonOperator: 'LessThanThreshold',
      EvaluationPeriods: 1,
      Threshold: 1,
      Metrics,
    };
    expect(() => deploy([stack({ Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties } })])).toThrow(message);
  });

  test("reads a mapping with Lambda's defaults", () => {
    const plain = deploy([
      stack({ Mapping: { Type: 'AWS::Lambda::EventSourceMapping', Properties: MAPPING } }),
    ]);
    const expected = deployedMapping({
      id: 'a-Mapping',
      startingPosition: 'LATEST',
      reportBatchItemFailures: false,
    });
    expect(plain.mappings).toEqual([expected]);

    const Properties = {
      ...MAPPING,
      BatchSize: 1,
      BisectBatchOnFunctionError: true,
      DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::failures' } },
      Enabled: false,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumBatchingWindowInSeconds: 2,
      MaximumRecordAgeInSeconds: 60,
      MaximumRetryAttempts: 0,
      ParallelizationFactor: 3,
      StartingPosition: 'TRIM_HORIZON',
    };
    const full = deploy([stack({ Mapping: { Type: 'AWS::Lambda::EventSourceMapping', Properties } })]);
    expect(full.mappings).toEqual([
      {
        ...expected,
        batchSize: 1,
        bisectBatchOnFunctionError: true,
        onFailure: { service: 's3', bucket: 'failures' },
        enabled: false,
        reportBatchItemFailures: true,
        batchWindowSeconds: 2,
        maximumRecordAgeSeconds: 60,
        maximumRetryAttempts: 0,
        parallelizationFactor: 3,
        startingPosition: 'TRIM_HORIZON',
      },
    ]);
  });

  const filterCriteria = (...patterns: string[]) => ({
    FilterCriteria: { Filters: patterns.map((Pattern) => ({ Pattern })) },
  });

  test("reads a mapping's filters", () => {
    const patterns = [{ data: { a: [1] } }, { data: { b: [{ prefix: 'x' }] } }];
    const Properties = {
      ...MAPPING,
      ...filterCriteria(...patterns.map((pattern) => JSON.stringify(pattern))),
    };
    const { mappings } = deploy([
      stack({ Mapping: { Type: 'AWS::Lambda::EventSourceMapping', Properties } }),
    ]);
    expect(mappings.map(({ filters }) => filters)).toEqual([patterns]);
  });

  test.each<[string, object, string]>([
    [
      'more than ten filters: 11',
      filterCriteria(...Array.from({ length: 11 }, () => '{"data":{"a":[1]}}')),
      'more than 10 filters: 11',
    ],
    [
      'a pattern that is no JSON',
      filterCriteria('{"data"'),
      'the filter pattern {"data": it is no JSON object',
    ],
    ['a pattern that is a list', filterCriteria('[1]'), 'the filter pattern [1]: it is no JSON object'],
    ['a pattern that is null', filterCriteria('null'), 'the filter pattern null: it is no JSON object'],
    [
      'a pattern that Lambda refuses',
      filterCriteria('{"data":{"a":[1]}}', '{"data":{"a":[]}}'),
      'the filter pattern {"data":{"a":[]}}: data: a: expected at least one value, got an empty list',
    ],
    [
      'a filter with another key',
      { FilterCriteria: { Filters: [{ Pattern: '{}', Name: 'a' }] } },
      'the property Filters.Name',
    ],
    [
      'criteria with another key',
      { FilterCriteria: { Filters: [], Mode: 'a' } },
      'the property FilterCriteria.Mode',
    ],
    ['a filter without a pattern', { FilterCriteria: { Filters: [{}] } }, 'Pattern missing'],
  ])('refuses %s, naming the resource', (_, criteria, message) => {
    const resources = {
      Other: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { ...MAPPING, ...criteria } },
    };
    const refused = expect.objectContaining({
      name: 'NotSupportedError',
      message: expect.stringMatching(/^stack a resource Other.*: the local AWS does not know /),
    });
    expect(() => deploy([stack(resources)])).toThrow(refused);
    expect(() => deploy([stack(resources)])).toThrow(`the local AWS does not know ${message}`);
  });

  test('reads parameters, and buckets with their policies', () => {
    const deny = { Effect: 'Deny', Action: 's3:*', Resource: '*', Principal: '*' };
    const { parameters, buckets } = deploy([
      stack({
        Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/a', Type: 'String', Value: 'b' } },
        BucketPolicy: {
          Type: 'AWS::S3::BucketPolicy',
          Properties: { Bucket: { Ref: 'Bucket' }, PolicyDocument: document(deny) },
        },
        Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'c' } },
        Locked: {
          Type: 'AWS::S3::Bucket',
          Properties: {
            BucketName: 'd',
            BucketEncryption: {
              ServerSideEncryptionConfiguration: [
                {
                  BucketKeyEnabled: true,
                  ServerSideEncryptionByDefault: { KMSMasterKeyID: KEY, SSEAlgorithm: 'aws:kms' },
                },
              ],
            },
          },
        },
      }),
    ]);
    expect(parameters).toEqual([{ account: SOURCE, region: REGION, name: '/a', value: 'b' }]);
    expect(buckets).toEqual(
      new Map([
        ['c', deployedBucket({ name: 'c', policy: policy(deny) })],
        ['d', deployedBucket({ name: 'd', kmsKeyArn: KEY })],
      ]),
    );
  });

  test.each([
    [
      'a role named other',
      'AWS::IAM::Policy',
      { PolicyName: 'p', PolicyDocument: document(READ), Roles: ['other'] },
    ],
    ['a bucket named other', 'AWS::S3::BucketPolicy', { Bucket: 'other', PolicyDocument: document(READ) }],
    [
      'code asset other.zip: no file of the assembly is deployed there',
      'AWS::Lambda::Function',
      { ...FUNCTION, Code: { S3Bucket: 'assets', S3Key: 'other.zip' } },
    ],
    ['Role missing', 'AWS::Lambda::Function', { ...FUNCTION, Role: undefined }],
    [
      'StartingPositionTimestamp missing',
      'AWS::Lambda::EventSourceMapping',
      { ...MAPPING, StartingPosition: 'AT_TIMESTAMP' },
    ],
    ['BatchSize, an integer of 1–10000: 0', 'AWS::Lambda::EventSourceMapping', { ...MAPPING, BatchSize: 0 }],
    ['BatchSize "10"', 'AWS::Lambda::EventSourceMapping', { ...MAPPING, BatchSize: '10' }],
    [
      'the on-failure destination arn:aws:sqs:us-west-2:1:q',
      'AWS::Lambda::EventSourceMapping',
      { ...MAPPING, DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:us-west-2:1:q' } } },
    ],
    [
      'the parameter type SecureString',
      'AWS::SSM::Parameter',
      { Name: '/a', Type: 'SecureString', Value: 'b' },
    ],
  ])('refuses %s, naming the resource', (what, Type, Properties) => {
    expect(() => deploy([stack({ Role: role('r'), Other: { Type, Properties } })])).toThrow(
      new NotSupportedError(what, 'stack a resource Other'),
    );
  });

  test('refuses a policy that the evaluator does not know, naming its role', () => {
    const PolicyDocument = document({ Effect: 'Allow', NotAction: 's3:*', Resource: '*' });
    const resources = { Role: role('r', { Policies: [{ PolicyName: 'p', PolicyDocument }] }) };
    expect(() => deploy([stack(resources)])).toThrow(
      new NotSupportedError('the policy element NotAction', 'stack a resource Role policy p'),
    );
  });
});
