import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Stack } from '../../src/stacks/stack.ts';

/** Stacks of several accounts that commands reach by `AWS_ENDPOINT_URL`, with the STS that lets them in. */
export interface CloudFormationServer {
  endpoint: string;
  /** Replaces what is deployed. */
  deployed(stacks: readonly DeployedStack[]): void;
  stacks(): readonly DeployedStack[];
  /** Replaces what was deleted. */
  deleted(stacks: readonly DeletedStack[]): void;
  /** What mappings say of themselves, by `<stack>.<logical id>`, where it is not that all is well. */
  mappings: Map<string, { State?: string; LastProcessingResult?: string }>;
  refuseMappings(refuses: boolean): void;
  /** The data of CloudWatch's metrics, in ms, by their names. */
  ages: Map<string, number[]>;
  /** Accounts that refuse the CDK's roles. */
  refused: Set<string>;
  /** `<action> <account> <stack>`, in order. */
  calls: string[];
  close(): Promise<void>;
}

export interface DeployedStack extends Stack {
  status?: string;
  isProtected?: boolean;
  /** The reason why it cannot be deleted. */
  undeletable?: string;
  /** ISO 8601. */
  updatedAt?: string;
  /** The newest first. */
  events?: StackEvent[];
}

export interface DeletedStack extends DeployedStack {
  /** ISO 8601. */
  deletedAt: string;
}

export interface StackEvent {
  /** ISO 8601. */
  at: string;
  /** The stack itself, or the logical id of a resource. */
  id: string;
  status: string;
}

/** The account of the credentials that the environment of a test has. */
export const CURRENT = { account: '111111111111', AWS_ACCESS_KEY_ID: 'AKIA111111111111' };

/** As much of CloudFormation and STS as the commands use, in AWS's query protocol. */
export async function startCloudFormationServer(): Promise<CloudFormationServer> {
  let stacks: DeployedStack[] = [];
  let deleted: readonly DeletedStack[] = [];
  const refused = new Set<string>();
  const mappings: CloudFormationServer['mappings'] = new Map();
  const ages: CloudFormationServer['ages'] = new Map();
  let refusedMappings = false;
  const calls: string[] = [];

  const actions: Record<string, (account: string, input: URLSearchParams) => Answer> = {
    AssumeRole(_, input) {
      const role = input.get('RoleArn') ?? '';
      const [account = ''] = /\d{12}/.exec(role) ?? [];
      if (refused.has(account)) return failure('AccessDenied', `not authorized to assume ${role}`);
      const credentials = `<AccessKeyId>AKIA${account}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>`;
      return success('AssumeRole', `<Credentials>${credentials}</Credentials>`);
    },
    GetCallerIdentity: (account) => success('GetCallerIdentity', `<Account>${account}</Account>`),
    DescribeStacks(account, input) {
      const name = input.get('StackName');
      const found = stacks.filter((stack) => {
        return stack.account === account && (name === null || name === stack.name || name === idOf(stack));
      });
      if (name !== null && found.length === 0)
        return failure('ValidationError', `Stack with id ${name} does not exist`);
      return success('DescribeStacks', `<Stacks>${found.map(describe).join('')}</Stacks>`);
    },
    GetTemplate(account, input) {
      const stack = [...stacks, ...deleted].find(
        (other) =>
          [other.name, idOf(other)].includes(input.get('StackName') ?? '') && other.account === account,
      );
      // As CloudFormation tells them.
      const body = JSON.stringify(stack?.template).replaceAll(/[^\0-\x7f]/gu, '?');
      return success('GetTemplate', `<TemplateBody>${escapeXml(body)}</TemplateBody>`);
    },
    DescribeStackResources(_, input) {
      const stack = stacks.find(({ name }) => name === input.get('StackName'));
      const members = Object.keys(stack?.template.Resources ?? {}).map((id) => {
        return `<member><LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${stack?.name}.${id}</PhysicalResourceId><ResourceType>t</ResourceType><ResourceStatus>s</ResourceStatus><Timestamp>2026-01-01T00:00:00Z</Timestamp></member>`;
      });
      return success('DescribeStackResources', `<StackResources>${members.join('')}</StackResources>`);
    },
    DescribeStackEvents(account, input) {
      const name = input.get('StackName');
      const stack = [...stacks, ...deleted].find(
        (other) => other.account === account && [other.name, idOf(other)].includes(name ?? ''),
      );
      const events = (stack?.events ?? []).map(describeEvent);
      return success('DescribeStackEvents', `<StackEvents>${events.join('')}</StackEvents>`);
    },
    ListStacks(account) {
      const gone = deleted.filter((stack) => stack.account === account);
      const members = gone.map(
        (stack) =>
          `<member><StackName>${stack.name}</StackName><StackId>${idOf(stack)}</StackId><CreationTime>2026-01-01T00:00:00Z</CreationTime><DeletionTime>${stack.deletedAt}</DeletionTime><StackStatus>DELETE_COMPLETE</StackStatus></member>`,
      );
      return success('ListStacks', `<StackSummaries>${members.join('')}</StackSummaries>`);
    },
    UpdateTerminationProtection(_, input) {
      stacks = stacks.map((stack) =>
        stack.name === input.get('StackName')
          ? { ...stack, isProtected: input.get('EnableTerminationProtection') === 'true' }
          : stack,
      );
      return success('UpdateTerminationProtection', '');
    },
    DeleteStack(_, input) {
      const isNamed = (stack: DeployedStack) =>
        [stack.name, idOf(stack)].includes(input.get('StackName') ?? '');
      const named = stacks.find(isNamed);
      if (named?.isProtected)
        return failure(
          'ValidationError',
          `Stack [${named.name}] cannot be deleted while TerminationProtection is enabled`,
        );
      stacks = stacks.map((stack) =>
        isNamed(stack)
          ? { ...stack, status: stack.undeletable === undefined ? 'DELETE_COMPLETE' : 'DELETE_FAILED' }
          : stack,
      );
      return success('DeleteStack', '');
    },
  };

  /** As the CDK would, without its change sets. */
  function deploy(stack: DeployedStack): Answer {
    const at = new Date().toISOString();
    const events = [{ at, id: stack.name, status: stack.status ?? '' }];
    const isOther = ({ name, account }: DeployedStack) => name !== stack.name || account !== stack.account;
    stacks = [...stacks.filter(isOther), { ...stack, updatedAt: at, events }];
    return { status: 200, body: '' };
  }

  /** Lambda speaks JSON: https://docs.aws.amazon.com/lambda/latest/api/API_GetEventSourceMapping.html */
  function mapping(account: string, uuid: string): Answer {
    calls.push(`GetEventSourceMapping ${account} ${uuid}`);
    const [, stack, id] = /^(.+)\.(\w+)$/.exec(uuid) ?? [];
    const found = stacks.find(({ name }) => name === stack)?.template.Resources?.[id ?? ''];
    if (found === undefined || refusedMappings) return { status: 403, body: '{"message":"not authorized"}' };
    const State = found.Properties?.Enabled === false ? 'Disabled' : 'Enabled';
    const body = { UUID: uuid, State, LastProcessingResult: 'No records processed', ...mappings.get(uuid) };
    return { status: 200, body: JSON.stringify(body) };
  }

  async function answer(request: IncomingMessage): Promise<Answer> {
    const sent = await text(request);
    if (request.url === '/deploy') return deploy(JSON.parse(sent));
    if (request.headers['x-amz-target']?.includes('GetMetricStatistics')) {
      const { MetricName }: { MetricName: string } = JSON.parse(sent);
      const Datapoints = (ages.get(MetricName) ?? []).map((Maximum) => ({ Timestamp: 0, Maximum }));
      return { status: 200, body: JSON.stringify({ Label: MetricName, Datapoints }) };
    }
    const [, uuid] = /event-source-mappings\/([^?]+)/.exec(request.url ?? '') ?? [];
    if (uuid !== undefined) {
      const [, owner = ''] = /Credential=AKIA(\d{12})\//.exec(request.headers.authorization ?? '') ?? [];
      return mapping(owner, decodeURIComponent(uuid));
    }
    const input = new URLSearchParams(sent);
    const action = input.get('Action') ?? '';
    const [, account = ''] = /Credential=AKIA(\d{12})\//.exec(request.headers.authorization ?? '') ?? [];
    const about = input.get('StackName') ?? /role\/(.*)/.exec(input.get('RoleArn') ?? '')?.[1] ?? '';
    calls.push(`${action} ${account} ${about}`.trim());
    return actions[action]?.(account, input) ?? failure('InvalidAction', action);
  }

  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      response
        .writeHead(status, { 'content-type': body.startsWith('{') ? 'application/json' : 'text/xml' })
        .end(body);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    deployed(next) {
      stacks = [...next];
    },
    stacks: () => stacks,
    deleted(next) {
      deleted = next;
    },
    mappings,
    ages,
    refuseMappings(refuses) {
      refusedMappings = refuses;
    },
    refused,
    calls,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Answer {
  status: number;
  body: string;
}

function success(action: string, result: string): Answer {
  return {
    status: 200,
    body: `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`,
  };
}

function failure(code: string, message: string): Answer {
  return {
    status: 400,
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error></ErrorResponse>`,
  };
}

const WATCHED =
  '<RollbackConfiguration><RollbackTriggers><member><Arn>a</Arn><Type>AWS::CloudWatch::Alarm</Type></member></RollbackTriggers></RollbackConfiguration>';

function describe(stack: DeployedStack): string {
  const tags = Object.entries(stack.tags).map(
    ([key, value]) => `<member><Key>${key}</Key><Value>${escapeXml(value)}</Value></member>`,
  );
  const reason =
    stack.undeletable === undefined
      ? ''
      : `<StackStatusReason>${escapeXml(stack.undeletable)}</StackStatusReason>`;
  const updated =
    stack.updatedAt === undefined ? '' : `<LastUpdatedTime>${stack.updatedAt}</LastUpdatedTime>`;
  return `<member><StackName>${stack.name}</StackName><StackId>${idOf(stack)}</StackId><CreationTime>2026-01-01T00:00:00Z</CreationTime>${updated}${stack.isWatched ? WATCHED : ''}<StackStatus>${stack.status ?? 'CREATE_COMPLETE'}</StackStatus>${reason}<Tags>${tags.join('')}</Tags></member>`;
}

function describeEvent({ at, id, status }: StackEvent, index: number): string {
  return `<member><EventId>${index}</EventId><StackId>s</StackId><StackName>s</StackName><LogicalResourceId>${id}</LogicalResourceId><ResourceStatus>${status}</ResourceStatus><Timestamp>${at}</Timestamp></member>`;
}

function idOf({ name, account, region }: Stack): string {
  return `arn:aws:cloudformation:${region}:${account}:stack/${name}/1`;
}

function escapeXml(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
