import { functionFromArn, streamFromArn } from '@xacct/core';
import type { Template } from '../stacks/stack.ts';

/** The mapping of a route's stack that reads its stream. */
export interface StreamMapping {
  streamArn: string;
  /** Name of the stream. */
  stream: string;
  /** Name of the consumer, if it reads through one. */
  consumer: string | undefined;
  functionName: string;
  enabled: boolean;
  startingPosition: string;
  startingTimestamp: number | undefined;
}

/** Undefined if a template has none. */
export function readMapping({ Resources = {} }: Template): StreamMapping | undefined {
  const { Mapping, Consumer } = Resources;
  const { EventSourceArn, FunctionName, Enabled, StartingPosition, StartingPositionTimestamp } =
    Mapping?.Properties ?? {};
  const streamArn = typeof EventSourceArn === 'string' ? EventSourceArn : Consumer?.Properties?.StreamARN;
  const stream = streamFromArn(String(streamArn));
  if (stream === undefined) return undefined;
  return {
    streamArn: stream.arn,
    stream: stream.name,
    consumer: typeof EventSourceArn === 'string' ? undefined : String(Consumer?.Properties?.ConsumerName),
    functionName: functionFromArn(String(FunctionName)).qualifiedName,
    enabled: Enabled !== false,
    startingPosition: String(StartingPosition),
    startingTimestamp: typeof StartingPositionTimestamp === 'number' ? StartingPositionTimestamp : undefined,
  };
}
