import { parseArn, streamFromArn } from '@xacct/core';
import type { Credentials, LocalAws } from '@xacct/local';
import type { DeployedRoute } from '@xacct/reconcile';
import { renderTable } from '../terminal/table.ts';

/** What a user needs to call the local AWS, and a first call. */
export function renderReady(
  {
    endpoint,
    region,
    credentials,
    deliveries,
    routes,
  }: Pick<LocalAws, 'endpoint' | 'region' | 'credentials' | 'deliveries'> & {
    routes: readonly Pick<DeployedRoute, 'streamArn' | 'streamName'>[];
  },
  page?: string,
): string {
  const keys = Object.entries(credentials).map(([account, { accessKeyId, secretAccessKey }]) => [
    account,
    accessKeyId,
    secretAccessKey,
  ]);
  const { streamArn = '', streamName = '' } = routes[0] ?? {};
  const first = credentials[parseArn(streamArn).account];
  return [
    `endpoint    ${endpoint}`,
    `region      ${region}`,
    `deliveries  ${deliveries}`,
    ...(page === undefined ? [] : [`page        ${page}`]),
    '',
    renderTable(['account', 'access key id', 'secret access key'], keys),
    'Put a record:',
    ...(streamFromArn(streamArn)?.service === 'dynamodb'
      ? putItemChange(endpoint, region, streamArn, first)
      : putRecord(endpoint, region, streamName, first)),
    '',
    'Ctrl-C stops it.',
    '',
  ].join('\n');
}

function putRecord(
  endpoint: string,
  region: string,
  streamName: string,
  credentials: Credentials | undefined,
): string[] {
  return [
    `  AWS_ACCESS_KEY_ID=${credentials?.accessKeyId} AWS_SECRET_ACCESS_KEY=${credentials?.secretAccessKey} \\`,
    `  aws --endpoint-url ${endpoint} --region ${region} kinesis put-record \\`,
    `    --stream-name ${streamName} --partition-key 1 --data aGVsbG8=`,
  ];
}

/** The local AWS has no tables: the change of an item is put on the stream itself. */
function putItemChange(
  endpoint: string,
  region: string,
  streamArn: string,
  credentials: Credentials | undefined,
): string[] {
  const change = { Keys: { id: { S: '1' } }, NewImage: { id: { S: '1' } } };
  return [
    `  curl ${endpoint} --aws-sigv4 aws:amz:${region}:dynamodb \\`,
    `    --user ${credentials?.accessKeyId}:${credentials?.secretAccessKey} \\`,
    "    -H 'X-Amz-Target: XacctLocal.PutStreamRecords' -H 'Content-Type: application/x-amz-json-1.0' \\",
    `    -d '${JSON.stringify({ StreamArn: streamArn, Records: [change] })}'`,
  ];
}
