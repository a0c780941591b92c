import {
  decodeRoute,
  namesOf,
  parameterArn,
  queueArn,
  type Route,
  type Routes,
  receiverOf,
  routeCache,
  type StoredRoute,
  type Target,
} from '@xacct/core';
import { type Deployed, type DeployedRole, deploy, evaluate, type Request } from '@xacct/local/deployed';
import { resourcesOf, type Stack } from '../../src/stacks/stack.ts';
import { ORGANIZATION, REGION, SOURCE } from './routes-file.ts';
import type { World } from './world.ts';

/** A route that environments of a forwarder have read, and may use for a while after another one is stored. */
export interface ReadRoute {
  forwarder: string;
  stream: string;
  stored: StoredRoute;
  /** Epoch ms from which nobody can read it any more; undefined while it is stored. */
  until: number | undefined;
}

/**
 * Watches what happens in a world: at every moment all that a forwarder would do has to be allowed, for the route that is
 * stored and for each that an environment may have read before, up to the cache's lifetime and an invocation ago.
 */
export interface Moments {
  /** To be called after each change. */
  look(world: World): void;
  /** To be called before a deployment, with what it deploys. */
  wants(routes: Routes): void;
  /** What was denied, in the order in which it came about. */
  denied: string[];
  /** What a stored route no longer does although the file goes on asking for it. */
  lost: string[];
  /** All routes that are, or were, stored. */
  routes(): readonly ReadRoute[];
}

/** The longest time that an environment works with what it has read. */
export const INVOCATION_MS = 60_000;

export function createMoments(): Moments {
  const denied: string[] = [];
  const lost: string[] = [];
  let routes: ReadRoute[] = [];
  let [before, wanted]: [ReadRoute[], readonly Route[]] = [[], []];
  return {
    denied,
    lost,
    routes: () => routes,
    wants(next) {
      before = routes.filter(isStored);
      wanted = next.routes;
    },
    look(world) {
      const now = world.now();
      const stacks = world.stacks();
      routes = withStored(routes, storedRoutes(stacks), now);
      const inUse = routes.filter(
        ({ until = Number.POSITIVE_INFINITY }) => now < until + routeCache.lifetimeMs + INVOCATION_MS,
      );
      const iam = everywhere(stacks);
      const found = [
        ...storedRoutes(stacks).flatMap((route) => readsOf(route)),
        ...inUse.flatMap(callsOf),
        ...stacks.flatMap(mappingsOf),
      ].filter((call) => !isAllowed(iam, call));
      for (const { forwarder, action, resource } of found) denied.push(`${forwarder}: ${action} ${resource}`);
      lost.push(...lostBy(before, routes.filter(isStored), wanted));
    },
  };
}

/**
 * A target that was stored before a deployment, and that the file asks for, has to stay: its parked records go to it. So has
 * some target in each account that the file still names.
 */
function lostBy(before: readonly ReadRoute[], now: readonly ReadRoute[], wanted: readonly Route[]): string[] {
  return now.flatMap(({ stored: { name, targets } }) => {
    const earlier = before.find(({ stored }) => stored.name === name)?.stored.targets ?? [];
    const asked = wanted.find((route) => route.name === name)?.targets ?? [];
    const isLost = (key: 'functionArn' | 'account') => (target: Target) =>
      earlier.some((other) => other[key] === target[key]) &&
      targets.every((other) => other[key] !== target[key]);
    const isReceived = ({ functionArn }: Target) => receiverOf(targets, functionArn) !== undefined;
    return [
      ...asked.filter(isLost('functionArn')).map(({ functionArn }) => `${name}: ${functionArn}`),
      ...asked
        .filter(isLost('account'))
        .filter(({ account }) => earlier.some((other) => other.account === account && !isReceived(other)))
        .map(({ account }) => `${name}: all of account ${account}`),
      ...earlier
        .filter(({ functionArn }) => receiverOf(asked, functionArn) !== undefined)
        .filter((target) => !isReceived(target))
        .map(({ functionArn }) => `${name}: what is parked for ${functionArn}`),
    ];
  });
}

function isStored({ until }: ReadRoute): boolean {
  return until === undefined;
}

interface Stored extends Omit<ReadRoute, 'until'> {
  parameters: string[];
}

function storedRoutes(stacks: readonly Stack[]): Stored[] {
  return stacks.flatMap((stack) => {
    const parameters = resourcesOf(stack)
      .filter(([, { Type }]) => Type === 'AWS::SSM::Parameter')
      .map(([, { Properties }]) => ({ name: String(Properties?.Name), value: String(Properties?.Value) }))
      .toSorted((one, other) => one.name.length - other.name.length || (one.name < other.name ? -1 : 1));
    const [, , forwarder = '', , stream = ''] = parameters[0]?.name.split('/') ?? [];
    if (parameters.length === 0) return [];
    const stored = decodeRoute(parameters.map(({ value }) => value));
    return { forwarder, stream, stored, parameters: parameters.map(({ name }) => name) };
  });
}

function withStored(known: readonly ReadRoute[], stored: readonly Stored[], now: number): ReadRoute[] {
  const isSame = (one: Omit<ReadRoute, 'until'>, other: Omit<ReadRoute, 'until'>) =>
    one.forwarder === other.forwarder &&
    one.stream === other.stream &&
    JSON.stringify(one.stored) === JSON.stringify(other.stored);
  const fresh = stored.filter(
    (route) => !known.some((other) => other.until === undefined && isSame(route, other)),
  );
  return [
    ...known.map((route) =>
      route.until === undefined && !stored.some((other) => isSame(route, other))
        ? { ...route, until: now }
        : route,
    ),
    ...fresh.map(({ parameters: _, ...route }) => ({ ...route, until: undefined })),
  ];
}

interface Call {
  forwarder: string;
  action: string;
  resource: string;
  /** For calls in another account: the role that is assumed for it, and the external id. */
  as?: { roleArn: string; externalId: string };
}

function readsOf({ forwarder, parameters }: Stored): Call[] {
  return parameters.map((name) => ({
    forwarder,
    action: 'ssm:GetParameters',
    resource: parameterArn(PLACE, name),
  }));
}

/** All that the handler does with a route that it has read. */
function callsOf({ forwarder, stored }: ReadRoute): Call[] {
  const { targets, retryQueueUrl, deadLetterQueueUrl } = stored;
  return [
    ...targets.map((target) => ({
      forwarder,
      action: 'lambda:InvokeFunction',
      resource: target.functionArn,
      as: target,
    })),
    ...[retryQueueUrl, deadLetterQueueUrl].map((url) => ({
      forwarder,
      action: 'sqs:SendMessage',
      resource: queueArn(PLACE, url.slice(url.lastIndexOf('/') + 1)),
    })),
  ];
}

/** What Lambda does for the mappings of a route's stack. */
function mappingsOf(stack: Stack): Call[] {
  const resources = new Map(resourcesOf(stack));
  return [...resources]
    .filter(([, { Type }]) => Type === 'AWS::Lambda::EventSourceMapping')
    .map(([id, { Properties = {} }]) => {
      const forwarder = String(Properties.FunctionName).replace(/^.*:xacct-forwarder-/, '');
      if (id === 'RetryMapping') {
        const queue = queueArn(PLACE, String(resources.get('RetryQueue')?.Properties?.QueueName));
        return { forwarder, action: 'sqs:ReceiveMessage', resource: queue };
      }
      const { EventSourceArn: source } = Properties;
      if (typeof source === 'string') return { forwarder, action: 'kinesis:GetRecords', resource: source };
      const { StreamARN, ConsumerName } = resources.get('Consumer')?.Properties ?? {};
      return {
        forwarder,
        action: 'kinesis:SubscribeToShard',
        resource: `${StreamARN}/consumer/${ConsumerName}:1`,
      };
    });
}

const PLACE = { partition: 'aws', account: SOURCE, region: REGION };

function isAllowed(
  { roles, queues }: Pick<Deployed, 'roles' | 'queues'>,
  { forwarder, action, resource, as }: Call,
): boolean {
  const execution = roles.get(
    namesOf({ name: 'xacct', source: PLACE }).forwarder(forwarder).executionRoleArn,
  );
  if (execution === undefined) return false;
  const principal = sessionOf(execution);
  if (as === undefined) {
    const resourcePolicy = queues.get(resource)?.policy;
    return evaluate({ principal, action, resource, resourceAccount: SOURCE, resourcePolicy }).allowed;
  }
  const [, , , , account = ''] = as.roleArn.split(':');
  const role = roles.get(as.roleArn);
  const isTheirs = !as.roleArn.includes(':role/xacct-');
  const trust = isTheirs ? ANYBODY : role?.trust;
  const assumes = evaluate({
    principal,
    action: 'sts:AssumeRole',
    resource: as.roleArn,
    resourceAccount: account,
    resourcePolicy: trust,
    resourcePolicyRequired: true,
    context: {
      'sts:ExternalId': as.externalId,
      'aws:PrincipalOrgID': ORGANIZATION,
      'aws:ResourceOrgID': ORGANIZATION,
    },
  }).allowed;
  if (!assumes || isTheirs) return assumes;
  return (
    role !== undefined &&
    evaluate({ principal: sessionOf(role), action, resource, resourceAccount: account }).allowed
  );
}

/** A role that its owner has made is taken to allow what it is there for. */
const ANYBODY = [
  {
    effect: 'Allow',
    actions: ['sts:AssumeRole'],
    resources: [],
    principals: [{ kind: 'AWS', value: '*' }],
    conditions: [],
  },
] as const;

function sessionOf({
  arn,
  name,
  account,
  policies,
}: DeployedRole): Exclude<Request['principal'], { service: string }> {
  return {
    kind: 'role',
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${name}/session`,
    principalArn: arn,
    policies,
  };
}

const WITH_POLICIES = /IAM::(Role|Policy|ManagedPolicy)$|SQS::(Queue|QueuePolicy)$/;
const known = new WeakMap<object, Deployed>();

/** The roles and queues of all stacks; each template is read once. */
function everywhere(stacks: readonly Stack[]): Pick<Deployed, 'roles' | 'queues'> {
  const all = stacks.map((stack) => {
    const read =
      known.get(stack.template) ?? deploy([{ ...stack, template: withPolicies(stack), assets: new Map() }]);
    known.set(stack.template, read);
    return read;
  });
  return {
    roles: new Map(all.flatMap(({ roles }) => [...roles])),
    queues: new Map(all.flatMap(({ queues }) => [...queues])),
  };
}

function withPolicies(stack: Stack): Record<string, unknown> {
  return {
    Resources: Object.fromEntries(resourcesOf(stack).filter(([, { Type }]) => WITH_POLICIES.test(Type))),
  };
}
