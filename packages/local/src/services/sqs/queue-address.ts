import { partitionOf, queueArn } from '@xacct/core';
import type { Call } from '../../endpoint/service.ts';
import { sqsError } from './errors.ts';
import type { Queue } from './queue.ts';

/**
 * ARN of the queue at a URL. Only the path counts, so that the URLs of AWS and of this endpoint both work.
 *
 * @throws {AwsError} InvalidAddress, for no queue's URL, or AWS's URL of a queue in another region
 */
export function queueArnAt(url: string, region: string): string {
  const [, host = '', account, name] = /^https?:\/\/([^/]+)\/(\d{12})\/([\w.-]+)$/.exec(url) ?? [];
  const itsRegion = /^sqs\.([a-z0-9-]+)\.amazonaws\.com/.exec(host)?.[1] ?? region;
  if (account === undefined || name === undefined || itsRegion !== region)
    throw sqsError('InvalidAddress', `The address ${url} is not valid for this endpoint.`);
  return queueArnIn(account, region, name);
}

export function queueArnIn(account: string, region: string, name: string): string {
  return queueArn({ partition: partitionOf(region), account, region }, name);
}

/** URL of a queue at the endpoint that was called, as in AWS's own answers. */
export function queueUrlAt({ request }: Call, { deployed: { account, name } }: Queue): string {
  return `http://${request.headers.host}/${account}/${name}`;
}
