import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { DeployedMapping } from '../../assembly/deployed.ts';
import { isTableStream } from '../../services/dynamodb-streams/table-streams.ts';
import { consumerSource } from './consumer-source.ts';
import { kinesisSource } from './kinesis-source.ts';
import type { StreamSource } from './stream-source.ts';
import { requireAllowed } from '../../iam/require-allowed.ts';
import type { Credentials } from '../../iam/principal.ts';
import type { Session } from '../../services/sts/roles.ts';

/** Of a call to a stream: what hangs for longer is asked again. */
const READ_TIMEOUT_MS = 5_000;

const NO_CREDENTIALS: Credentials = { accessKeyId: 'none', secretAccessKey: 'none' };

/** Clients for the streams at the endpoint. */
export class StreamSources {
  readonly #endpoint: string;
  readonly #administrators: Readonly<Record<string, Credentials>>;
  readonly #clients: { destroy(): void }[] = [];

  /** @param administrators credentials by account */
  constructor(endpoint: string, administrators: Readonly<Record<string, Credentials>>) {
    this.#endpoint = endpoint;
    this.#administrators = administrators;
  }

  kinesisAs(region: string, held: Credentials | undefined): KinesisClient {
    const client = new KinesisClient(this.#config(region, held));
    this.#clients.push(client);
    return client;
  }

  /** @param session of the function's execution role */
  async of(mapping: DeployedMapping, roleArn: string, session: Session): Promise<StreamSource> {
    const { eventSourceArn, streamArn, region } = mapping;
    if (isTableStream(streamArn)) return this.#table(streamArn, region, session.credentials);
    const sourceAs = (held: Credentials | undefined) =>
      kinesisSource({
        kinesis: this.kinesisAs(region, held),
        streamArn,
        eventSourceArn,
        region,
        roleArn,
      });
    const ofRole = sourceAs(session.credentials);
    if (eventSourceArn === streamArn) return ofRole;
    const account = streamArn.split(':')[4] ?? '';
    return consumerSource({
      ofRole,
      ofService: sourceAs(this.#administrators[account]),
      subscribe: () =>
        requireAllowed(
          {
            principal: session.principal,
            action: 'kinesis:SubscribeToShard',
            resource: eventSourceArn,
            resourceAccount: account,
          },
          { code: 'AccessDeniedException', status: 400 },
        ),
    });
  }

  close(): void {
    for (const client of this.#clients.splice(0)) client.destroy();
  }

  /** Loaded where a route reads a table: most have none. */
  async #table(streamArn: string, region: string, held: Credentials): Promise<StreamSource> {
    const [{ DynamoDBStreamsClient }, { dynamoDbSource }] = await Promise.all([
      import('@aws-sdk/client-dynamodb-streams'),
      import('./dynamodb-source.ts'),
    ]);
    const streams = new DynamoDBStreamsClient(this.#config(region, held));
    this.#clients.push(streams);
    return dynamoDbSource({ streams, streamArn });
  }

  #config(region: string, held: Credentials | undefined) {
    return {
      endpoint: this.#endpoint,
      region,
      // Copied, since the client marks what it is given.
      credentials: { ...NO_CREDENTIALS, ...held },
      // HTTP/1.1, since Kinesis's HTTP/2 sessions would stay open.
      requestHandler: new NodeHttpHandler({ requestTimeout: READ_TIMEOUT_MS, throwOnRequestTimeout: true }),
    };
  }
}
