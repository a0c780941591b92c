import {
  GetTemplateCommand,
  paginateDescribeStackEvents,
  paginateDescribeStacks,
} from '@aws-sdk/client-cloudformation';
import {
  GetRoleCommand,
  GetRolePolicyCommand,
  paginateListRolePolicies,
  paginateListRoles,
} from '@aws-sdk/client-iam';
import { paginateListEventSourceMappings, paginateListFunctions } from '@aws-sdk/client-lambda';
import { GetBucketEncryptionCommand, ListBucketsCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, paginateListQueues } from '@aws-sdk/client-sqs';
import { GetParameterCommand, paginateDescribeParameters } from '@aws-sdk/client-ssm';
import type { Clients } from './clients.ts';

export interface FoundResource {
  /** `queue xacct-route-orders-retry`; of a mapping, what it reads. */
  name: string;
  /** What a template says of it. */
  content: unknown;
  /** Its id, and when it was changed, as far as AWS says so: also after it was made anew as it was. */
  identity: string[];
}

/** Reads by AWS's APIs what is in an account, but for what its bootstrap stack has made. */
export async function readAccount(clients: Clients): Promise<FoundResource[]> {
  return [
    ...(await readStacks(clients)),
    ...(await readRoles(clients)),
    ...(await readParameters(clients)),
    ...(await readQueues(clients)),
    ...(await readMappings(clients)),
    ...(await readFunctions(clients)),
    ...(await readBuckets(clients)),
  ];
}

/** The names that the bootstrap stack gives, its own, and that of the stack with its policies. */
const BOOTSTRAP = /^(CDKToolkit$|xacct-bootstrap$|cdk-hnb659fds-|\/cdk-bootstrap\/)/;

async function readStacks({ cloudFormation: client }: Clients): Promise<FoundResource[]> {
  const stacks = await collect(paginateDescribeStacks({ client }, {}), ({ Stacks }) => Stacks);
  const own = stacks.filter(({ StackName = '' }) => !BOOTSTRAP.test(StackName));
  return inTurn(own, async ({ StackName = '', Tags = [], EnableTerminationProtection = false }) => {
    const { TemplateBody = '{}' } = await client.send(
      new GetTemplateCommand({ StackName, TemplateStage: 'Original' }),
    );
    const events = await collect(
      paginateDescribeStackEvents({ client }, { StackName }),
      ({ StackEvents }) => StackEvents,
    );
    return {
      name: `stack ${StackName}`,
      content: {
        tags: Object.fromEntries(Tags.map(({ Key = '', Value }) => [Key, Value])),
        isProtected: EnableTerminationProtection,
        template: JSON.parse(TemplateBody),
      },
      identity: events.map(({ EventId = '' }) => EventId),
    };
  });
}

async function readRoles({ iam: client }: Clients): Promise<FoundResource[]> {
  const roles = await collect(paginateListRoles({ client }, {}), ({ Roles }) => Roles);
  const own = roles.filter(({ RoleName = '' }) => !BOOTSTRAP.test(RoleName));
  return inTurn(own, async ({ RoleName = '' }) => {
    const { Role } = await client.send(new GetRoleCommand({ RoleName }));
    const names = await collect(
      paginateListRolePolicies({ client }, { RoleName }),
      ({ PolicyNames }) => PolicyNames,
    );
    const policies = await inTurn(names, async (PolicyName) => {
      const { PolicyDocument } = await client.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      return [PolicyName, policyOf(PolicyDocument)] as const;
    });
    return {
      name: `role ${RoleName}`,
      content: {
        trust: policyOf(Role?.AssumeRolePolicyDocument),
        description: Role?.Description,
        maxSessionDuration: Role?.MaxSessionDuration,
        boundary: Role?.PermissionsBoundary?.PermissionsBoundaryArn,
        tags: Object.fromEntries((Role?.Tags ?? []).map(({ Key = '', Value }) => [Key, Value])),
        policies: Object.fromEntries(policies),
      },
      identity: [Role?.RoleId ?? ''],
    };
  });
}

/** IAM answers with policies as JSON in URL encoding. */
function policyOf(document = '{}'): unknown {
  return JSON.parse(decodeURIComponent(document));
}

async function readParameters({ ssm: client }: Clients): Promise<FoundResource[]> {
  const described = await collect(paginateDescribeParameters({ client }, {}), ({ Parameters }) => Parameters);
  const own = described.filter(({ Name = '' }) => !BOOTSTRAP.test(Name));
  return inTurn(own, async ({ Name = '', Description }) => {
    const { Parameter } = await client.send(new GetParameterCommand({ Name }));
    return {
      name: `parameter ${Name}`,
      content: { type: Parameter?.Type, value: Parameter?.Value, description: Description },
      identity: [String(Parameter?.LastModifiedDate)],
    };
  });
}

async function readQueues({ sqs: client }: Clients): Promise<FoundResource[]> {
  const urls = await collect(paginateListQueues({ client }, {}), ({ QueueUrls }) => QueueUrls);
  return inTurn(urls, async (QueueUrl) => {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    const { RedrivePolicy, SqsManagedSseEnabled } = Attributes;
    return {
      name: `queue ${QueueUrl.split('/').at(-1)}`,
      content: {
        retentionSeconds: Number(Attributes.MessageRetentionPeriod),
        visibilityTimeout: Number(Attributes.VisibilityTimeout),
        isEncrypted: SqsManagedSseEnabled === 'true',
        redrive: RedrivePolicy === undefined ? undefined : JSON.parse(RedrivePolicy),
      },
      identity: [String(Attributes.CreatedTimestamp)],
    };
  });
}

async function readMappings({ lambda: client }: Clients): Promise<FoundResource[]> {
  const mappings = await collect(
    paginateListEventSourceMappings({ client }, {}),
    ({ EventSourceMappings }) => EventSourceMappings,
  );
  return mappings.map((mapping) => {
    const {
      UUID = '',
      EventSourceMappingArn: _,
      LastModified,
      StateTransitionReason: __,
      ...content
    } = mapping;
    const identity = [UUID, String(LastModified)];
    return { name: `mapping ${mapping.EventSourceArn}`, content, identity };
  });
}

async function readFunctions({ lambda: client }: Clients): Promise<FoundResource[]> {
  const functions = await collect(paginateListFunctions({ client }, {}), ({ Functions }) => Functions);
  return functions.map(({ FunctionName, LastModified, ...settings }) => {
    const { Description, Environment, Handler, MemorySize, Role, Runtime, Timeout } = settings;
    const content = { Description, Environment, Handler, MemorySize, Role, Runtime, Timeout };
    return { name: `function ${FunctionName}`, content, identity: [LastModified ?? ''] };
  });
}

async function readBuckets({ s3 }: Clients): Promise<FoundResource[]> {
  const { Buckets = [] } = await s3.send(new ListBucketsCommand());
  const own = Buckets.filter(({ Name = '' }) => !BOOTSTRAP.test(Name));
  return inTurn(own, async ({ Name: Bucket = '', CreationDate }) => {
    const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
    const [rule] = ServerSideEncryptionConfiguration?.Rules ?? [];
    return {
      name: `bucket ${Bucket}`,
      content: { encryption: rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm },
      identity: [String(CreationDate)],
    };
  });
}

async function collect<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...(itemsOf(page) ?? []));
  return items;
}

async function inTurn<Item, Result>(items: Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
