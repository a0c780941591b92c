import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  type KinesisClient,
} from '@aws-sdk/client-kinesis';
import { systemClock } from '../../shared/clock.ts';

/** Creates a stream unless there is one of this name; resolves once it is active. */
export async function createStream(kinesis: KinesisClient, name: string, shards: number): Promise<void> {
  try {
    await kinesis.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }));
  } catch (error) {
    // Two forwarders may read one stream.
    if ((error as Error).name !== 'ResourceInUseException') throw error;
  }
  const isActive = async () => {
    const { StreamDescriptionSummary } = await kinesis.send(
      new DescribeStreamSummaryCommand({ StreamName: name }),
    );
    return StreamDescriptionSummary?.StreamStatus === 'ACTIVE';
  };
  while (!(await isActive())) await systemClock.sleep(10);
}
