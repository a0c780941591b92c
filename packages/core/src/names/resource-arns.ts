import type { Source, Stream } from '../model/routes.ts';
import { type Place, parseArn, writeArn } from './arn.ts';

/** @param path `/`, or one between slashes */
export function roleArn(
  { partition }: Pick<Place, 'partition'>,
  account: string,
  roleName: string,
  path = '/',
): string {
  return writeArn('iam', { partition, account }, `role${path}${roleName}`);
}

/** The permissions boundary of the roles of an account; undefined where the file names none. */
export function permissionsBoundaryArn(
  { partition, permissionsBoundary: boundary }: Pick<Source, 'partition' | 'permissionsBoundary'>,
  account: string,
): string | undefined {
  return boundary === undefined || boundary.startsWith('arn:')
    ? boundary
    : writeArn('iam', { partition, account }, `policy/${boundary}`);
}

/** The account itself as a principal: everyone in it whom its own policies allow. */
export function accountRootArn({ partition, account }: Place): string {
  return writeArn('iam', { partition, account }, 'root');
}

/** @param qualified the function's name, with `:alias` or `:version` where one is meant */
export function functionArn(place: Place, qualified: string): string {
  return writeArn('lambda', place, `function:${qualified}`);
}

/** A function, as its ARN names it. */
export interface FunctionName extends Place {
  /** Without alias or version. */
  name: string;
  /** Alias or version; absent where the ARN has none. */
  qualifier?: string;
  /** With alias or version, where the ARN has one: `reader:live`. */
  qualifiedName: string;
}

/** The function that an ARN names. */
export function functionFromArn(arn: string): FunctionName {
  const { partition, region, account, resource } = parseArn(arn);
  const [, name = '', ...qualifier] = resource.split(':');
  return {
    partition,
    region,
    account,
    name,
    ...(qualifier[0] !== undefined && { qualifier: qualifier[0] }),
    qualifiedName: [name, ...qualifier].join(':'),
  };
}

/** The ARN of a Kinesis stream. */
export function streamArn(place: Place, streamName: string): string {
  return writeArn('kinesis', place, `stream/${streamName}`);
}

/** The stream that an ARN names, a consumer's ARN included; undefined for the ARN of anything else. */
export function streamFromArn(arn: string): Stream | undefined {
  const kinesis = /^(arn:[^:]+:kinesis:[^:]+:\d{12}:stream\/([^/]+))(\/consumer\/.+)?$/.exec(arn);
  if (kinesis !== null) return { service: 'kinesis', name: kinesis[2] ?? '', arn: kinesis[1] ?? '' };
  const table = /^arn:[^:]+:dynamodb:[^:]+:\d{12}:table\/([^/]+)\/stream\/[^/]+$/.exec(arn)?.[1];
  return table === undefined ? undefined : { service: 'dynamodb', name: table, arn };
}

/** @param key the ID of a KMS key of the source account, or the ARN of any */
export function kmsKeyArn(place: Place, key: string): string {
  return key.startsWith('arn:') ? key : writeArn('kms', place, `key/${key}`);
}

/** @param parameter its name, from the leading slash on */
export function parameterArn(place: Place, parameter: string): string {
  return writeArn('ssm', place, `parameter${parameter}`);
}

/** The ARN of a bucket; those of its objects are below it. */
export function bucketArn({ partition }: Pick<Place, 'partition'>, bucket: string): string {
  return writeArn('s3', { partition }, bucket);
}

/** @param queue the queue's name */
export function queueArn(place: Place, queue: string): string {
  return writeArn('sqs', place, queue);
}

/** https://docs.aws.amazon.com/general/latest/gr/sqs-service.html */
export function queueUrl({ partition, region, account }: Place, queue: string): string {
  return `https://sqs.${region}.${partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'}/${account}/${queue}`;
}
