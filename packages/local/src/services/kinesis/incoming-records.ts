import { isObject, parseArn } from '@xacct/core';
import type { HttpReply } from '../../endpoint/http.ts';
import { parseJson } from '../../shared/parse-json.ts';
import type { Metrics } from '../cloudwatch/metrics.ts';

/**
 * Counts the records that a stream took.
 * https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
 *
 * @param input of PutRecord or PutRecords
 * @returns how many
 */
export function countIncoming(
  metrics: Metrics,
  streamArn: string,
  { Records }: Readonly<Record<string, unknown>>,
  { status, body = '' }: HttpReply,
): number {
  if (status !== 200) return 0;
  const result = parseJson(body.toString());
  const failed = isObject(result) ? Number(result.FailedRecordCount ?? 0) : 0;
  const taken = (Array.isArray(Records) ? Records.length : 1) - failed;
  if (taken === 0) return 0;
  const { account, region, resource } = parseArn(streamArn);
  const dimensions = { StreamName: resource.replace(/^stream\//, '') };
  const metric = { namespace: 'AWS/Kinesis', name: 'IncomingRecords', dimensions };
  metrics.put({ account, region }, metric, [taken], { unit: 'Count' });
  return taken;
}
