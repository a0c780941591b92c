import type { DeployedFunction, DeployedMapping } from '../assembly/deployed.ts';
import type { DeployedQueueMapping } from '../assembly/deployed-queue-mapping.ts';
import type { Deployment } from '../assembly/read-deployment.ts';
import type { Faults } from '../faults/faults.ts';
import { invokeWithFaults } from '../faults/invoke-with-faults.ts';
import type { Metrics } from '../services/cloudwatch/metrics.ts';
import type { Functions } from '../services/lambda/functions.ts';
import type { Invocation } from '../services/lambda/invocation.ts';
import { createMappingMonitor } from '../services/lambda/mapping-monitor.ts';
import type { MappingResults } from '../services/lambda/mapping-results.ts';
import type { Queues } from '../services/sqs/queues.ts';
import type { Session } from '../services/sts/roles.ts';
import { NotSupportedError } from '../shared/aws-error.ts';
import type { Clock } from '../shared/clock.ts';
import { createQueueMapping } from './queue/queue-mapping.ts';
import { createQueueReader } from './queue/queue-reader.ts';
import type { FailureDestination } from './stream/failure-destination.ts';
import { createStreamMapping } from './stream/stream-mapping.ts';
import type { Positions } from './stream/stream-mapping-options.ts';
import type { StreamSources } from './stream/stream-sources.ts';

export interface MappingParts {
  functions: Functions;
  /** A session of a function's execution role. */
  sessionOf: (definition: DeployedFunction) => Session;
  sources: StreamSources;
  queues: Queues;
  metrics: Metrics;
  mappingResults: MappingResults;
  destination: FailureDestination;
  clock: Clock;
  onFiltered: (mapping: DeployedMapping, eventIds: readonly string[]) => void;
  onSettled: (mapping: DeployedMapping, eventIds: readonly string[]) => void;
  onFailedBatch: (mapping: DeployedMapping, reason: string) => void;
  /** Called before a mapping invokes a function. */
  onInvocation: (invocation: Invocation) => void;
  faults: Faults | undefined;
  onProblem: (message: string) => void;
}

/** A mapping that runs, of a stream or of a queue. */
export interface Running {
  /** Resolves once it reads its source. */
  start(): Promise<void>;
  /** Resolves with where another mapping may go on, if it has to know. */
  drain(): Promise<Positions | undefined>;
  stop(): Promise<void>;
}

/** A mapping that passed all checks, and does not run yet. */
export interface Accepted {
  id: string;
  /** Everything that it is made from: a mapping with an equal value is not made again. */
  madeFrom: object;
  enabled: boolean;
  /** A mapping with another source starts anew; any other change goes on from where the mapping was. */
  source: object;
  create(positions: Positions | undefined): Promise<Running>;
}

/** @throws {NotSupportedError} for a function that no template deploys */
export function acceptStream(
  mapping: DeployedMapping,
  deployment: Deployment,
  parts: MappingParts,
): Accepted {
  const { sources, destination, clock, metrics, mappingResults, onProblem } = parts;
  const definition = functionOf(mapping, deployment);
  const session = parts.sessionOf(definition);
  const monitor = createMappingMonitor(mapping, metrics, mappingResults);
  const { id, enabled, eventSourceArn, startingPosition, startingTimestamp } = mapping;
  const { arn, roleArn } = definition;
  return {
    id,
    madeFrom: { mapping, roleArn },
    enabled,
    source: { eventSourceArn, startingPosition, startingTimestamp },
    create: async (positions) =>
      createStreamMapping({
        mapping,
        source: await sources.of(mapping, roleArn, session),
        invoke: invokeFor(arn, parts),
        keep: async (batch) =>
          monitor.gaveUp(batch.records.length, await destination(batch, session.principal)),
        clock,
        onFiltered: (eventIds) => parts.onFiltered(mapping, eventIds),
        onSettled: (eventIds) => parts.onSettled(mapping, eventIds),
        onFailedBatch: (reason) => parts.onFailedBatch(mapping, reason),
        onProblem,
        monitor,
        ...(positions && { positions }),
      }),
  };
}

/** @throws {AwsError} as AWS does for a mapping that it cannot make */
export function acceptQueue(
  mapping: DeployedQueueMapping,
  deployment: Deployment,
  parts: MappingParts,
): Accepted {
  const { queues, clock, metrics, mappingResults, onProblem } = parts;
  const definition = functionOf(mapping, deployment);
  const queue = queues.find(mapping.queueArn);
  if (queue === undefined) throw new NotSupportedError(`a queue ${mapping.queueArn}`, mapping.id);
  const { arn, roleArn, timeoutSeconds } = definition;
  const { visibilityTimeoutSeconds } = queue.deployed;
  const runner = createQueueMapping({
    mapping,
    reader: createQueueReader(queue, parts.sessionOf(definition).principal),
    functionTimeoutSeconds: timeoutSeconds,
    invoke: invokeFor(arn, parts),
    clock,
    onProblem,
    monitor: createMappingMonitor(mapping, metrics, mappingResults),
  });
  return {
    id: mapping.id,
    madeFrom: { mapping, roleArn, timeoutSeconds, visibilityTimeoutSeconds },
    enabled: mapping.enabled,
    source: { queueArn: mapping.queueArn },
    create: async () => runner,
  };
}

function invokeFor(arn: string, { functions, faults, clock, onInvocation }: MappingParts) {
  const invoke = (invocation: Invocation) => {
    onInvocation(invocation);
    return functions.invoke(arn, invocation);
  };
  return faults === undefined ? invoke : invokeWithFaults(invoke, arn, faults, clock);
}

function functionOf(
  mapping: { id: string; functionArn: string },
  { deployed }: Deployment,
): DeployedFunction {
  const definition = deployed.functions.get(mapping.functionArn);
  if (definition === undefined) throw new NotSupportedError(`a function ${mapping.functionArn}`, mapping.id);
  return definition;
}
