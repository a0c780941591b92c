import { metrics, namesOf, type Route } from '@xacct/core';
import { createForwarderResources, type ForwarderResources } from '@xacct/infra/resources';
import { Annotations, AspectPriority, Aspects, Duration } from 'aws-cdk-lib';
import { type IAlarm, Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct, type IConstruct } from 'constructs';
import { addTags } from './add-tags.ts';
import { checkName, claimName, type Named } from './app-names.ts';
import { type ForwarderContext, forwarderContext } from './forwarder-context.ts';
import { checkRouteScope } from './forwarder-place.ts';
import type { ForwarderProps } from './forwarder-props.ts';
import type { ForwarderRoute } from './forwarder-route.ts';
import { grantLogs } from './grant-logs.ts';
import { handlerFolder } from './handler-folder.ts';
import { alarmOf, MadeRoute } from './made-route.ts';
import { type ResolvedRoutes, resolveRoutes } from './resolve-routes.ts';
import { routeEntry } from './route-entry.ts';
import type { RouteOptions } from './route-options.ts';
import type { RoutesFile } from './routes-file.ts';
import { fileWithProps } from './settings.ts';
import { roleAccounts } from './target-accounts.ts';
import { createTargetRolesIn, type TargetRoles } from './target-roles.ts';

const IS_FORWARDER = Symbol.for('@xacct/cdk.Forwarder');

/**
 * A function that reads streams and invokes Lambda functions in other accounts with their records, and what each of its routes
 * needs. The same resources as `xacct deploy` deploys for the same routes.
 *
 * @example
 * const forwarder = new Forwarder(stack, 'Forwarder', { routes: Routes.fromFile('routes.yaml') });
 * forwarder.addToTargets((account) => targetStacks[account]);
 */
export class Forwarder extends Construct {
  /** Whether a value is a `Forwarder`, of any copy of this package. */
  static isForwarder(value: unknown): value is Forwarder {
    return typeof value === 'object' && value !== null && IS_FORWARDER in value;
  }

  /** Name of the forwarder. */
  readonly forwarderName: string;
  /** The function that reads the streams. */
  readonly function: IFunction;
  /** The role of the function, which the roles in target accounts trust. */
  readonly role: IRole;
  /** Holds batches that a mapping has given up, and records that no message can carry. It outlives the stack. */
  readonly failureBucket: IBucket;
  /** The log group of the function. */
  readonly logGroup: ILogGroup;
  /** The routes, in the order in which they were added. */
  readonly routes: ForwarderRoute[] = [];

  readonly #context: ForwarderContext;
  readonly #resources: ForwarderResources;
  readonly #routeScope: NonNullable<ForwarderProps['routeScope']>;
  readonly #targetRoles: TargetRoles;
  #file: RoutesFile;
  #resolved: ResolvedRoutes;

  constructor(scope: Construct, id: string, props: ForwarderProps = {}) {
    super(scope, id);
    Object.defineProperty(this, IS_FORWARDER, { value: true });
    this.#context = forwarderContext(this, props);
    this.#file = fileWithProps(this, props, this.#context);
    this.#resolved = resolveRoutes(this.#file, this.#context);
    const { routes, forwarder } = this.#resolved;
    this.forwarderName = forwarder.name;
    claimName(this, this.#named('forwarder', forwarder.name));
    this.#resources = createForwarderResources(this, {
      routes,
      forwarder,
      handlerFolder: handlerFolder(),
      accounts: roleAccounts(routes),
    });
    this.function = this.#resources.function;
    this.role = this.#resources.role;
    this.failureBucket = this.#resources.failureBucket;
    this.logGroup = this.#resources.logGroup;
    addTags(this, routes, { forwarder: forwarder.name });
    if (props.encryptionKey !== undefined) grantLogs(props.encryptionKey, this.#context.place, routes);

    const own = new Construct(this, 'Routes');
    this.#routeScope = props.routeScope ?? (() => own);
    this.#targetRoles = createTargetRolesIn(this.node.path);
    for (const route of routes.routes) this.#makeRoute(route);
    const visit = (node: IConstruct) => {
      if (node === this) this.#warn();
    };
    Aspects.of(this).add({ visit }, { priority: AspectPriority.READONLY });
  }

  /** The alarms of the forwarder and of all its routes. */
  get alarms(): IAlarm[] {
    return [...this.#resources.alarms.map(alarmOf), ...this.routes.flatMap(({ alarms }) => alarms)];
  }

  /** The IDs of the accounts in which the routes need roles that `addToTargets` makes. */
  get targetAccounts(): string[] {
    return [...new Set(this.routes.flatMap(({ targetAccounts }) => targetAccounts))].toSorted();
  }

  /**
   * Adds a route. The role of the forwarder is granted what reading the stream and assuming the targets' roles takes.
   *
   * @param name the name of the route, which its resources have in their names. Another name means other queues
   * @param options the stream, its targets, and how they are read
   * @throws with every mistake in the options
   */
  addRoute(name: string, options: RouteOptions): ForwarderRoute {
    checkName(this, this.#named('route', name));
    const entry = routeEntry(name, options, this.#context);
    const file = { ...this.#file, routes: [...this.#file.routes, entry] };
    // It throws before anything is changed.
    this.#resolved = resolveRoutes(file, this.#context);
    this.#file = file;
    const { routes } = this.#resolved;
    this.#resources.update({ routes, accounts: roleAccounts(routes) });
    const route = routes.routes.find((other) => other.name === name);
    if (route === undefined)
      throw new Error(`${this.node.path}: route "${name}" is not among those that were added`);
    return this.#makeRoute(route, options.stream);
  }

  /**
   * Makes the roles that the forwarder assumes in the accounts of the targets, for the routes so far and for those that are
   * added later. The stacks of the routes are deployed after these roles, if they are in the same stage.
   *
   * @param stackOf a function that returns the stack, or another scope, in which the roles of an account are made, for the ID of the
   *   account; undefined if they are made elsewhere, for example from what `xacct export` writes
   */
  addToTargets(stackOf: (account: string) => Construct | undefined): void {
    this.#targetRoles.place(stackOf);
  }

  /**
   * A metric that the forwarder counts for all its routes: CredentialRefreshes, RouteRefreshes, StaleRoute or KeptObjects.
   *
   * @default - sum over 5 minutes
   */
  metric(metricName: string, props: MetricOptions = {}): Metric {
    return new Metric({
      namespace: metrics.namespace,
      metricName,
      dimensionsMap: {
        [metrics.dimensions.forwarder]: namesOf(this.#resolved.routes).forwarder(this.forwarderName).function,
      },
      statistic: 'Sum',
      period: Duration.minutes(5),
      ...props,
    });
  }

  #makeRoute(route: Route, stream?: IConstruct): ForwarderRoute {
    const { routes, forwarder } = this.#resolved;
    const scope = this.#routeScope(route.name);
    checkRouteScope(scope, this.#context);
    claimName(this, this.#named('route', route.name));
    const made = new MadeRoute(scope, { routes, route, forwarder, owner: this });
    made.dependOn(this.#resources, stream);
    this.routes.push(made);
    this.#targetRoles.add(routes, route, made);
    return made;
  }

  #named(kind: Named['kind'], name: string): Named {
    return { kind, name, namePrefix: this.#resolved.routes.name, place: this.#context.place };
  }

  #warn(): void {
    const annotations = Annotations.of(this);
    for (const { code, message } of this.#resolved.warnings)
      annotations.addWarningV2(`@xacct/cdk:Forwarder.${code}`, message);
    if (this.routes.length === 0) {
      annotations.addWarningV2(
        '@xacct/cdk:Forwarder.no-routes',
        `${this.node.path} has no routes: pass \`routes\`, or call addRoute`,
      );
    }
    const missing = this.#targetRoles.missing();
    if (missing.length > 0) {
      annotations.addWarningV2(
        '@xacct/cdk:Forwarder.no-target-roles',
        `${this.node.path}: no stack holds the roles that the forwarder assumes in ${missing.join(', ')}: call addToTargets, or return undefined there for an account whose roles are made elsewhere`,
      );
    }
  }
}
