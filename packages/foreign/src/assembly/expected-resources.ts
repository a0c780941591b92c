import type { AssemblyStack } from './read-assembly.ts';
import { resolveReferences } from './resolve-references.ts';

/** Types of resources that are not read back, and why. A type that is nowhere in this file makes the comparison fail. */
const NOT_READ_BACK = new Set([
  // moto's CloudFormation does not make these.
  'AWS::S3::BucketPolicy',
  'AWS::SQS::QueuePolicy',
  // They hold no records and let nobody in; their templates are compared.
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::Logs::LogGroup',
]);

/** By account and name, as in `readAccounts`. */
type Expected = Map<string, unknown>;

/** What should be found in the accounts of some stacks, in the form in which `readAccounts` finds it. */
export function expectedResources(stacks: readonly AssemblyStack[]): Expected {
  const expected: Expected = new Map();
  for (const stack of stacks) {
    const { name, account, tags, isProtected, template } = stack;
    expected.set(`${account} stack ${name}`, { tags, isProtected, template });
    for (const { Type, Properties } of Object.values(template.Resources)) {
      if (NOT_READ_BACK.has(Type)) continue;
      const add = ADDED[Type];
      if (add === undefined) throw new Error(`Nobody reads ${Type} of stack ${name} back`);
      // What properties a type has is in the parameter of its function.
      add(resolveReferences(Properties, stack) as never, account, expected);
    }
  }
  return expected;
}

const ADDED: Readonly<Record<string, (properties: never, account: string, expected: Expected) => void>> = {
  'AWS::IAM::Role': addRole,
  'AWS::IAM::Policy': addPolicy,
  'AWS::Lambda::EventSourceMapping': addMapping,
  'AWS::Lambda::Function': addFunction,
  'AWS::S3::Bucket': addBucket,
  'AWS::SQS::Queue': addQueue,
  'AWS::SSM::Parameter': addParameter,
};

interface RoleProperties {
  RoleName: string;
  AssumeRolePolicyDocument: unknown;
  Description: string;
  MaxSessionDuration?: number;
  PermissionsBoundary?: string;
  Policies?: { PolicyName: string; PolicyDocument: unknown }[];
  Tags?: { Key: string; Value: string }[];
}

function addRole(properties: RoleProperties, account: string, expected: Expected): void {
  const { RoleName, Policies = [], Tags = [] } = properties;
  expected.set(`${account} role ${RoleName}`, {
    trust: properties.AssumeRolePolicyDocument,
    description: properties.Description,
    maxSessionDuration: properties.MaxSessionDuration ?? 3600,
    boundary: properties.PermissionsBoundary,
    // moto gives a resource its own tags, and none of its stack.
    tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
    policies: Object.fromEntries(
      Policies.map(({ PolicyName, PolicyDocument }) => [PolicyName, PolicyDocument]),
    ),
  });
}

interface PolicyProperties {
  PolicyName: string;
  PolicyDocument: unknown;
  Roles: string[];
}

/** Adds to roles, which come before it in a template. */
function addPolicy(
  { PolicyName, PolicyDocument, Roles }: PolicyProperties,
  account: string,
  expected: Expected,
): void {
  for (const name of Roles) {
    const role = expected.get(`${account} role ${name}`) as { policies: Record<string, unknown> } | undefined;
    if (role === undefined) throw new Error(`Policy ${PolicyName} comes before its role ${name}`);
    role.policies[PolicyName] = PolicyDocument;
  }
}

interface MappingProperties {
  EventSourceArn: string;
  FunctionName: string;
  Enabled: boolean;
}

function addMapping(
  { FunctionName, Enabled, ...settings }: MappingProperties,
  account: string,
  expected: Expected,
): void {
  const State = Enabled ? 'Enabled' : 'Disabled';
  const content = { ...settings, FunctionArn: FunctionName, State };
  expected.set(`${account} mapping ${settings.EventSourceArn}`, content);
}

/** moto keeps no `Architectures`, `LoggingConfig` and `RecursiveLoop`. */
function addFunction(properties: Record<string, unknown>, account: string, expected: Expected): void {
  const { Description, Environment, Handler, MemorySize, Role, Runtime, Timeout } = properties;
  const content = { Description, Environment, Handler, MemorySize, Role, Runtime, Timeout };
  expected.set(`${account} function ${properties.FunctionName}`, content);
}

interface BucketProperties {
  BucketName: string;
  BucketEncryption: {
    ServerSideEncryptionConfiguration: { ServerSideEncryptionByDefault: { SSEAlgorithm: string } }[];
  };
}

function addBucket(
  { BucketName, BucketEncryption }: BucketProperties,
  account: string,
  expected: Expected,
): void {
  const [rule] = BucketEncryption.ServerSideEncryptionConfiguration;
  const encryption = rule?.ServerSideEncryptionByDefault.SSEAlgorithm;
  expected.set(`${account} bucket ${BucketName}`, { encryption });
}

/** moto keeps no `RedriveAllowPolicy`. */
function addQueue(properties: Record<string, unknown>, account: string, expected: Expected): void {
  expected.set(`${account} queue ${properties.QueueName}`, {
    retentionSeconds: properties.MessageRetentionPeriod,
    visibilityTimeout: properties.VisibilityTimeout ?? 30,
    isEncrypted: properties.SqsManagedSseEnabled,
    redrive: properties.RedrivePolicy,
  });
}

function addParameter(properties: Record<string, unknown>, account: string, expected: Expected): void {
  const { Name, Type, Value, Description } = properties;
  expected.set(`${account} parameter ${Name}`, { type: Type, value: Value, description: Description });
}
