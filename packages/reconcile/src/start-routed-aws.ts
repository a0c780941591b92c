import {
  type Deployed,
  type DeployedMapping,
  type Invocation,
  type LocalAws,
  type LocalAwsEvents,
  type LocalAwsOptions,
  startLocalAws,
} from '@xacct/local';
import { type AssemblyChange, compareRoutes, type RoutedAssembly } from './assembly-change.ts';
import { type DeployedRoute, routesOf } from './deployed-routes.ts';
import { keptTexts, pausedTexts, withReferredRecords } from './referred-objects.ts';

/** Options of {@link startRoutedAws}: those of the local AWS, with events in the names of routes. */
export interface RoutedAwsOptions extends Omit<LocalAwsOptions, 'events' | 'otherFunctions'> {
  /** @default none is called */
  events?: RoutedAwsEvents;
}

/** What happens to the records of routes. */
export interface RoutedAwsEvents
  extends Omit<LocalAwsEvents, 'onFiltered' | 'onSettled' | 'onFailedBatch' | 'onInvocation'> {
  /** The mapping of a route dropped records that match none of its filters. */
  onFiltered?(routeName: string, eventIds: readonly string[]): void;
  /** The mapping of a route is done with records: the function took them, or they were given up. */
  onSettled?(routeName: string, eventIds: readonly string[]): void;
  /** The forwarder failed with a batch of a route as a whole. The mapping brings the batch again. */
  onFailedBatch?(routeName: string, reason: string): void;
  /** A mapping invokes a function. A message that refers to an object has the object's text here, with its records. */
  onInvocation?(invocation: Invocation): void;
}

/** A local AWS that runs the routes of an assembly. */
export interface RoutedAws extends Omit<LocalAws, 'update'> {
  /** The routes that run now, in the order of the mappings of streams. */
  readonly routes: readonly DeployedRoute[];
  /**
   * What is kept for later: the bodies of all messages in queues, and the texts of all objects in buckets except
   * those under `waiting/` that no message refers to.
   */
  kept(): Promise<string[]>;
  /** The texts of the objects that hold the records of paused targets. */
  paused(): Promise<string[]>;
  /**
   * Deploys another assembly over the one that runs. A forwarder that did not change reads its routes again with the
   * next batch if one of them changed. One update runs at a time; the folder must exist until `stop`.
   *
   * @throws {Error} as `startRoutedAws`; the assembly before runs on then
   */
  update(assembly: string): Promise<AssemblyChange>;
}

/**
 * Runs the routes of a synthesized assembly in a local AWS. Target functions that no template deploys run as modules of
 * `functions`, or are recorded.
 *
 * @throws {AssemblyError} when the folder holds no cloud assembly
 * @throws {NotSupportedError} for anything in the templates that the local AWS does not support, or a mapping without a route
 * @throws {TargetModulesError} when the folder of target functions cannot be read
 * @throws {AwsError} as AWS does for a mapping that it cannot make
 * @example
 * await using aws = await startRoutedAws({ assembly: 'cdk.out', functions: 'functions' });
 * const kinesis = new KinesisClient(aws.clientOf('111111111111'));
 */
export async function startRoutedAws({ events = {}, ...options }: RoutedAwsOptions): Promise<RoutedAws> {
  /** Route names by mapping. A mapping that an update does not change keeps its name. */
  const names = new WeakMap<DeployedMapping, string>();
  const nameOf = (mapping: DeployedMapping) => names.get(mapping) ?? '';
  const { onFiltered, onSettled, onFailedBatch, onInvocation, ...others } = events;
  const aws = await startLocalAws({
    ...options,
    otherFunctions(deployed) {
      const routes = routesOf(deployed);
      for (const [index, mapping] of deployed.mappings.entries())
        names.set(mapping, routes[index]?.name ?? '');
      return routes.flatMap(({ targets }) => targets.map(({ functionArn }) => functionArn));
    },
    events: {
      ...others,
      onFiltered: (mapping, eventIds) => onFiltered?.(nameOf(mapping), eventIds),
      onSettled: (mapping, eventIds) => onSettled?.(nameOf(mapping), eventIds),
      onFailedBatch: (mapping, reason) => onFailedBatch?.(nameOf(mapping), reason),
      onInvocation: (invocation, textOf) => onInvocation?.(withReferredRecords(invocation, textOf)),
    },
  });
  let current = withRoutes(aws.deployed);

  return {
    ...aws,
    get deployed() {
      return current.deployed;
    },
    get queues() {
      return aws.queues;
    },
    get alarms() {
      return aws.alarms;
    },
    get routes() {
      return current.routes;
    },
    async kept() {
      const bodies = aws.messageBodies();
      return keptTexts(bodies, await aws.objects());
    },
    paused: async () => pausedTexts(await aws.objects()),
    async update(assembly) {
      const { before, after } = await aws.update(assembly);
      current = withRoutes(after);
      const change = compareRoutes(withRoutes(before), current);
      await Promise.all(change.reroutedFunctions.map((arn) => aws.renewFunction(arn)));
      return change;
    },
  };
}

function withRoutes(deployed: Deployed): RoutedAssembly {
  return { deployed, routes: routesOf(deployed) };
}
