import { isDeepStrictEqual } from 'node:util';
import type { DeployedFunction, DeployedMapping } from '../assembly/deployed.ts';
import type { DeployedQueueMapping } from '../assembly/deployed-queue-mapping.ts';
import { NotSupportedError } from '../aws-error.ts';
import type { Clock } from '../clock.ts';
import type { Deployment } from '../assembly/read-deployment.ts';
import type { FailureDestination } from './stream/failure-destination.ts';
import { EventSourceMapping, type Positions } from './stream/stream-mapping.ts';
import { QueueMapping } from './queue/queue-mapping.ts';
import { QueueReader } from './queue/queue-reader.ts';
import type { Faults } from '../faults/faults.ts';
import { invokeWithFaults } from '../faults/invoke-with-faults.ts';
import type { Functions, Invocation } from '../services/lambda/functions.ts';
import type { Session } from '../services/sts/roles.ts';
import type { Queues } from '../services/sqs/queues.ts';
import type { StreamSources } from './stream/stream-sources.ts';

export interface MappingParts {
  functions: Functions;
  /** A session of a function's execution role. */
  sessionOf: (definition: DeployedFunction) => Session;
  sources: StreamSources;
  queues: Queues;
  destination: FailureDestination;
  clock: Clock;
  onFiltered: (routeName: string, eventIds: readonly string[]) => void;
  onSettled: (routeName: string, eventIds: readonly string[]) => void;
  /** Told of each invocation of a function by a mapping, before it is made. */
  onInvocation: (invocation: Invocation) => void;
  faults: Faults | undefined;
  onProblem: (message: string) => void;
}

/** A mapping that runs, whatever it reads. */
interface Running {
  /** All that it was made from: what is equal need not be made again. */
  madeFrom: object;
  drain(): Promise<Positions>;
  stop(): Promise<void>;
}

/** A mapping that is sure to be accepted, and does not run yet. */
interface Accepted {
  id: string;
  madeFrom: object;
  enabled: boolean;
  /** Whatever else changes, who reads on from another place is another mapping. */
  source: object;
  start(positions: Positions | undefined): Promise<Running>;
}

/** The event source mappings of all accounts: of streams, and of queues. */
export class Mappings {
  readonly #parts: MappingParts;
  readonly #running = new Map<string, Running>();
  /** Those that are about to end, too. */
  readonly #all = new Set<Running>();
  /** Where those left off that were told to. */
  readonly #left = new Map<string, { source: object; positions: Positions }>();
  #stopped = false;

  constructor(parts: MappingParts) {
    this.#parts = parts;
  }

  /**
   * Makes ready what an assembly deploys; nothing changes by it.
   *
   * @returns changes what runs to that: what stays the same goes on undisturbed, and what differs goes on from where it was
   * @throws {AwsError} as AWS does for a mapping that it cannot make
   */
  prepare(deployment: Deployment): () => Promise<void> {
    const { deployed, routes } = deployment;
    const accepted = [
      ...deployed.queueMappings.map((mapping) => this.#acceptQueue(mapping, deployment)),
      ...deployed.mappings.map((mapping, index) =>
        this.#acceptStream(mapping, routes[index]?.name ?? '', deployment),
      ),
    ];
    return () => this.#change(accepted);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.allSettled([...this.#all].map((mapping) => mapping.stop()));
  }

  async #change(accepted: readonly Accepted[]): Promise<void> {
    const enabled = new Map(accepted.filter((mapping) => mapping.enabled).map((next) => [next.id, next]));
    const isAsBefore = (id: string, { madeFrom }: Running) =>
      isDeepStrictEqual(madeFrom, enabled.get(id)?.madeFrom);
    const outdated = [...this.#running].filter(([id, running]) => !isAsBefore(id, running));
    const sources = new Map(accepted.map(({ id, source }) => [id, source]));
    for (const id of this.#left.keys()) if (!sources.has(id)) this.#left.delete(id);

    const drained = new Map(outdated.map(([id, running]) => [id, this.#drain(id, running, sources.get(id))]));
    const starts = [...enabled].filter(([id]) => !this.#running.has(id));
    await Promise.all([
      ...drained.values(),
      ...starts.map(([id, next]) => this.#start(next, drained.get(id))),
    ]);
  }

  async #drain(id: string, running: Running, source: object | undefined): Promise<void> {
    this.#running.delete(id);
    const positions = await running.drain();
    this.#all.delete(running);
    if (source !== undefined) this.#left.set(id, { source, positions });
  }

  async #start(next: Accepted, before: Promise<void> | undefined): Promise<void> {
    await before;
    if (this.#stopped) return;
    const left = this.#left.get(next.id);
    const goesOn = left !== undefined && isDeepStrictEqual(left.source, next.source);
    this.#left.delete(next.id);
    const running = await next.start(goesOn ? left.positions : undefined);
    this.#running.set(next.id, running);
    if (this.#stopped) await running.stop();
  }

  #acceptStream(mapping: DeployedMapping, routeName: string, deployment: Deployment): Accepted {
    const { sources, destination, clock, onProblem } = this.#parts;
    const definition = functionOf(mapping, deployment);
    const session = this.#parts.sessionOf(definition);
    const { id, enabled, eventSourceArn, startingPosition, startingTimestamp } = mapping;
    const madeFrom = { mapping, roleArn: definition.roleArn };
    return {
      id,
      madeFrom,
      enabled,
      source: { eventSourceArn, startingPosition, startingTimestamp },
      start: async (positions) => {
        const runner = new EventSourceMapping({
          mapping,
          source: await sources.of(mapping, definition.roleArn, session),
          invoke: this.#invokeFor(definition),
          keep: (batch) => destination.keep(batch, session.principal),
          clock,
          onFiltered: (eventIds) => this.#parts.onFiltered(routeName, eventIds),
          onSettled: (eventIds) => this.#parts.onSettled(routeName, eventIds),
          onProblem,
          ...(positions && { positions }),
        });
        const running: Running = {
          madeFrom,
          drain: () => runner.drain(),
          stop: () => runner.stop(),
        };
        this.#all.add(running);
        await runner.start();
        return running;
      },
    };
  }

  #acceptQueue(mapping: DeployedQueueMapping, deployment: Deployment): Accepted {
    const { queues, clock, onProblem } = this.#parts;
    const definition = functionOf(mapping, deployment);
    const queue = queues.find(mapping.queueArn);
    if (queue === undefined) throw new NotSupportedError(`a queue ${mapping.queueArn}`, mapping.id);
    const runner = new QueueMapping({
      mapping,
      reader: new QueueReader(queue, this.#parts.sessionOf(definition).principal),
      functionTimeoutSeconds: definition.timeoutSeconds,
      invoke: this.#invokeFor(definition),
      clock,
      onProblem,
    });
    const { roleArn, timeoutSeconds } = definition;
    const { visibilityTimeoutSeconds } = queue.deployed;
    const madeFrom = { mapping, roleArn, timeoutSeconds, visibilityTimeoutSeconds };
    return {
      id: mapping.id,
      madeFrom,
      enabled: mapping.enabled,
      source: { queueArn: mapping.queueArn },
      start: async () => {
        const running: Running = {
          madeFrom,
          drain: () => runner.drain().then(() => new Map()),
          stop: () => runner.stop(),
        };
        this.#all.add(running);
        runner.start();
        return running;
      },
    };
  }

  #invokeFor(definition: DeployedFunction) {
    const { functions, faults, clock, onInvocation } = this.#parts;
    const invoke = (invocation: Invocation) => {
      onInvocation(invocation);
      return functions.invoke(definition.arn, invocation);
    };
    return faults === undefined ? invoke : invokeWithFaults(invoke, definition, faults, clock);
  }
}

function functionOf(
  mapping: { id: string; functionArn: string },
  { deployed }: Deployment,
): DeployedFunction {
  const definition = deployed.functions.get(mapping.functionArn);
  if (definition === undefined) throw new NotSupportedError(`a function ${mapping.functionArn}`, mapping.id);
  return definition;
}
