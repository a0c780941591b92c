import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { DeployedMapping } from '../../assembly/deployed.ts';
import { accountOf } from '../../endpoint/service.ts';
import type { Credentials } from '../../iam/principal.ts';
import { requireAllowed } from '../../iam/require-allowed.ts';
import { isTableStream } from '../../services/dynamodb-streams/table-streams.ts';
import type { Session } from '../../services/sts/roles.ts';
import { kinesisSource } from './kinesis-source.ts';
import type { StreamSource } from './stream-source.ts';

/** A call to a stream that takes longer is made again. */
const READ_TIMEOUT_MS = 5_000;

const NO_CREDENTIALS: Credentials = { accessKeyId: 'none', secretAccessKey: 'none' };

export type StreamSources = ReturnType<typeof createStreamSources>;

/**
 * Reads streams at the endpoint.
 *
 * @param administrators credentials by account ID
 */
export function createStreamSources(endpoint: string, administrators: Readonly<Record<string, Credentials>>) {
  const clients: { destroy(): void }[] = [];
  const add = <T extends { destroy(): void }>(client: T): T => {
    clients.push(client);
    return client;
  };
  const configOf = (region: string, credentials: Credentials | undefined) => ({
    endpoint,
    region,
    // A copy, since the client marks what it is given.
    credentials: { ...NO_CREDENTIALS, ...credentials },
    // HTTP/1.1, since Kinesis's HTTP/2 sessions would stay open.
    requestHandler: new NodeHttpHandler({ requestTimeout: READ_TIMEOUT_MS, throwOnRequestTimeout: true }),
  });
  const kinesisAs = (region: string, credentials: Credentials | undefined) =>
    add(new KinesisClient(configOf(region, credentials)));

  /** Loaded only if a mapping reads a table: most assemblies have none. */
  const tableSource = async (streamArn: string, region: string, credentials: Credentials) => {
    const [{ DynamoDBStreamsClient }, { dynamoDbSource }] = await Promise.all([
      import('@aws-sdk/client-dynamodb-streams'),
      import('./dynamodb-source.ts'),
    ]);
    const streams = add(new DynamoDBStreamsClient(configOf(region, credentials)));
    return dynamoDbSource(streams, streamArn);
  };

  return {
    kinesisAs,
    /** @param session of the function's execution role */
    async of(
      { eventSourceArn, streamArn, region }: DeployedMapping,
      roleArn: string,
      session: Session,
    ): Promise<StreamSource> {
      const { principal, credentials } = session;
      if (isTableStream(streamArn)) return tableSource(streamArn, region, credentials);
      const origin = { invokeIdentityArn: roleArn, region, eventSourceArn };
      const sourceAs = (held: Credentials | undefined) =>
        kinesisSource({ ...origin, kinesis: kinesisAs(region, held), streamArn });
      const ofRole = sourceAs(credentials);
      if (eventSourceArn === streamArn) return ofRole;
      const resourceAccount = accountOf(streamArn);
      const ofService = sourceAs(administrators[resourceAccount]);
      return {
        ...ofRole,
        // Nothing pushes records to a consumer here: the local AWS reads them itself, once the role may subscribe.
        async iterator(shardId, position, signal) {
          requireAllowed(
            { principal, action: 'kinesis:SubscribeToShard', resource: eventSourceArn, resourceAccount },
            { code: 'AccessDeniedException', status: 400 },
          );
          return ofService.iterator(shardId, position, signal);
        },
        read: ofService.read,
      };
    },
    close() {
      for (const client of clients.splice(0)) client.destroy();
    },
  };
}
