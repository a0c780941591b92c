import { CreateStreamCommand, type KinesisClient, waitUntilStreamExists } from '@aws-sdk/client-kinesis';

/** Creates a stream unless there is one of this name; resolves once it is active. */
export async function createStream(client: KinesisClient, StreamName: string, shards: number): Promise<void> {
  try {
    await client.send(new CreateStreamCommand({ StreamName, ShardCount: shards }));
  } catch (error) {
    // Two forwarders may read one stream.
    if ((error as Error).name !== 'ResourceInUseException') throw error;
  }
  await waitUntilStreamExists({ client, maxWaitTime: 60, minDelay: 0.01, maxDelay: 0.1 }, { StreamName });
}
