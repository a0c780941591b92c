import type { AssemblyStack } from './read-assembly.ts';
import { resolveReferences } from './resolve-references.ts';

/** Types of resources that are not read back, and why. A type that is nowhere here makes the comparison fail. */
const NOT_READ_BACK = new Set([
  // moto's CloudFormation does not make these.
  'AWS::S3::BucketPolicy',
  'AWS::SQS::QueuePolicy',
  // They hold no records and let nobody in; their templates are compared.
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::Logs::LogGroup',
]);

/** What should be found in the accounts of some stacks, in the form in which `readAccount` finds it. */
export function expectedResources(stacks: readonly AssemblyStack[]): Map<string, unknown> {
  const expected = new Map<string, unknown>();
  for (const stack of stacks) {
    const { name, account, tags, isProtected, template } = stack;
    expected.set(`${account} stack ${name}`, { tags, isProtected, template });
    for (const { Type, Properties } of Object.values(template.Resources)) {
      if (NOT_READ_BACK.has(Type)) continue;
      const properties = resolveReferences(Properties, stack) as Properties;
      const describe = DESCRIBED[Type];
      if (describe === undefined) throw new Error(`Nobody reads ${Type} of stack ${name} back`);
      describe(properties, account, expected);
    }
  }
  return expected;
}

/** Of a resource, by name. What they may hold is what the templates of this project hold. */
// biome-ignore lint/suspicious/noExplicitAny: a template's properties have no type
type Properties = Record<string, any>;

interface ExpectedRole {
  trust: unknown;
  description: string;
  maxSessionDuration: number;
  tags: Record<string, string>;
  policies: Record<string, unknown>;
}

const DESCRIBED: Readonly<
  Record<string, (properties: Properties, account: string, expected: Map<string, unknown>) => void>
> = {
  'AWS::IAM::Role': (properties, account, expected) => {
    const { RoleName, AssumeRolePolicyDocument, Description, MaxSessionDuration = 3600 } = properties;
    const { Policies = [], Tags = [] } = properties;
    const role: ExpectedRole = {
      trust: AssumeRolePolicyDocument,
      description: Description,
      maxSessionDuration: MaxSessionDuration,
      tags: Object.fromEntries(Tags.map(({ Key, Value }: Properties) => [Key, Value])),
      policies: Object.fromEntries(
        Policies.map(({ PolicyName, PolicyDocument }: Properties) => [PolicyName, PolicyDocument]),
      ),
    };
    expected.set(`${account} role ${RoleName}`, role);
  },
  // After its role, in the order of a template.
  'AWS::IAM::Policy': ({ PolicyName, PolicyDocument, Roles }, account, expected) => {
    for (const name of Roles) {
      const role = expected.get(`${account} role ${name}`) as ExpectedRole | undefined;
      if (role === undefined) throw new Error(`Policy ${PolicyName} comes before its role ${name}`);
      role.policies[PolicyName] = PolicyDocument;
    }
  },
  'AWS::SSM::Parameter': ({ Name, Type, Value, Description }, account, expected) => {
    expected.set(`${account} parameter ${Name}`, { type: Type, value: Value, description: Description });
  },
  'AWS::SQS::Queue': ({ QueueName, ...attributes }, account, expected) => {
    const {
      MessageRetentionPeriod,
      VisibilityTimeout = 30,
      RedrivePolicy,
      SqsManagedSseEnabled,
    } = attributes;
    // moto keeps no RedriveAllowPolicy.
    expected.set(`${account} queue ${QueueName}`, {
      retentionSeconds: MessageRetentionPeriod,
      visibilityTimeout: VisibilityTimeout,
      isEncrypted: SqsManagedSseEnabled,
      redrive: RedrivePolicy,
    });
  },
  'AWS::Lambda::EventSourceMapping': ({ FunctionName, Enabled, ...settings }, account, expected) => {
    const state = Enabled ? 'Enabled' : 'Disabled';
    expected.set(`${account} mapping ${settings.EventSourceArn}`, {
      ...settings,
      FunctionArn: FunctionName,
      State: state,
    });
  },
  'AWS::Lambda::Function': (properties, account, expected) => {
    // moto keeps no Architectures, LoggingConfig and RecursiveLoop.
    const { FunctionName, Description, Environment, Handler, MemorySize, Role, Runtime, Timeout } =
      properties;
    const content = { Description, Environment, Handler, MemorySize, Role, Runtime, Timeout };
    expected.set(`${account} function ${FunctionName}`, content);
  },
  'AWS::S3::Bucket': ({ BucketName, BucketEncryption }, account, expected) => {
    const [rule] = BucketEncryption.ServerSideEncryptionConfiguration;
    expected.set(`${account} bucket ${BucketName}`, {
      encryption: rule.ServerSideEncryptionByDefault.SSEAlgorithm,
    });
  },
};
