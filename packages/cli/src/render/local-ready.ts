import type { LocalAws } from '@xacct/local';
import { renderTable } from './table.ts';

/** What a user needs to reach the local AWS, and a first call to make. */
export function renderReady(
  { endpoint, region, credentials, deliveries, routes }: LocalAws,
  page: string | undefined,
): string {
  const keys = Object.entries(credentials).map(([account, { accessKeyId, secretAccessKey }]) => [
    account,
    accessKeyId,
    secretAccessKey,
  ]);
  const { streamArn = '', streamName = '' } = routes[0] ?? {};
  const first = credentials[streamArn.split(':')[4] ?? ''];
  return [
    `endpoint    ${endpoint}`,
    `region      ${region}`,
    `deliveries  ${deliveries}`,
    ...(page === undefined ? [] : [`page        ${page}`]),
    '',
    renderTable(['account', 'access key id', 'secret access key'], keys),
    'Put a record:',
    `  AWS_ACCESS_KEY_ID=${first?.accessKeyId} AWS_SECRET_ACCESS_KEY=${first?.secretAccessKey} \\`,
    `  aws --endpoint-url ${endpoint} --region ${region} kinesis put-record \\`,
    `    --stream-name ${streamName} --partition-key 1 --data aGVsbG8=`,
    '',
    'Ctrl-C stops it.',
    '',
  ].join('\n');
}
