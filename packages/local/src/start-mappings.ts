import type { Deployed, DeployedFunction } from './assembly/deployed.ts';
import { NotSupportedError } from './aws-error.ts';
import type { Clock } from './clock.ts';
import type { FailureDestination } from './event-source-mapping/failure-destination.ts';
import { EventSourceMapping } from './event-source-mapping/mapping.ts';
import { QueueMapping } from './event-source-mapping/queue-mapping.ts';
import { QueueReader } from './event-source-mapping/queue-reader.ts';
import type { Functions } from './lambda/functions.ts';
import type { Session } from './roles.ts';
import type { DeployedRoute } from './routed.ts';
import type { Queues } from './sqs/queues.ts';
import type { StreamSources } from './stream-sources.ts';

export interface MappingParts {
  deployed: Deployed;
  /** In the order of the stream mappings. */
  routes: readonly DeployedRoute[];
  functions: Functions;
  /** A session of a function's execution role. */
  sessionOf: (definition: DeployedFunction) => Session;
  sources: StreamSources;
  queues: Queues;
  destination: FailureDestination;
  clock: Clock;
  onFiltered: (routeName: string, eventIds: readonly string[]) => void;
  onProblem: (message: string) => void;
  /** Called for each mapping that runs, with how to stop it. */
  onStarted: (stop: () => Promise<void>) => void;
}

/** Starts the enabled mappings of streams; resolves once each reads from a fixed place. */
export async function startStreamMappings(parts: MappingParts): Promise<void> {
  const { deployed, routes, functions, destination, clock, onProblem } = parts;
  for (const [index, mapping] of deployed.mappings.entries()) {
    if (!mapping.enabled) continue;
    const routeName = routes[index]?.name ?? '';
    const definition = functionOf(mapping, deployed);
    const session = parts.sessionOf(definition);
    const runner = new EventSourceMapping({
      mapping,
      source: await parts.sources.of(mapping, definition.roleArn, session),
      invoke: (invocation) => functions.invoke(definition.arn, invocation),
      keep: (batch) => destination.keep(batch, session.principal),
      clock,
      onFiltered: (eventIds) => parts.onFiltered(routeName, eventIds),
      onProblem,
    });
    parts.onStarted(() => runner.stop());
    await runner.start();
  }
}

/** @throws {AwsError} as AWS does for a mapping that it cannot make */
export function startQueueMappings(parts: MappingParts): void {
  const { deployed, functions, queues, clock, onProblem } = parts;
  for (const mapping of deployed.queueMappings) {
    const definition = functionOf(mapping, deployed);
    const queue = queues.find(mapping.queueArn);
    if (queue === undefined) throw new NotSupportedError(`a queue ${mapping.queueArn}`, mapping.id);
    const runner = new QueueMapping({
      mapping,
      reader: new QueueReader(queue, parts.sessionOf(definition).principal),
      functionTimeoutSeconds: definition.timeoutSeconds,
      invoke: (invocation) => functions.invoke(definition.arn, invocation),
      clock,
      onProblem,
    });
    if (!mapping.enabled) continue;
    parts.onStarted(() => runner.stop());
    runner.start();
  }
}

function functionOf(mapping: { id: string; functionArn: string }, deployed: Deployed): DeployedFunction {
  const definition = deployed.functions.get(mapping.functionArn);
  if (definition === undefined) throw new NotSupportedError(`a function ${mapping.functionArn}`, mapping.id);
  return definition;
}
