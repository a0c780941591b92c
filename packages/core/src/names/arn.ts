import type { Source } from '../model/routes.ts';

/** An account and region, and the partition that they are in. */
export type Place = Pick<Source, 'partition' | 'region' | 'account'>;

/** The parts of `arn:partition:service:region:account:resource`. A part that the ARN does not have is empty. */
export interface Arn extends Place {
  /** The service's prefix, such as `lambda`. */
  service: string;
  /** Everything behind the account, with its colons and slashes. */
  resource: string;
}

/**
 * Takes an ARN apart. Text that is no ARN gives parts that mean nothing.
 *
 * @example parseArn('arn:aws:sqs:eu-west-1:111111111111:orders').account // '111111111111'
 */
export function parseArn(arn: string): Arn {
  const [, partition = '', service = '', region = '', account = '', ...resource] = arn.split(':');
  return { partition, service, region, account, resource: resource.join(':') };
}

/** Writes an ARN. IAM's have no region, and those of S3 neither region nor account. */
export function writeArn(
  service: string,
  { partition, region = '', account = '' }: Pick<Place, 'partition'> & Partial<Place>,
  resource: string,
): string {
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}

/** The partition of a region: `aws`, `aws-cn` or `aws-us-gov`. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return 'aws';
}
