import type { Forwarder, LogLevel } from '@xacct/core';

/** Settings from environment variables: those of the forwarder's stack, and Lambda's own. */
export interface Environment {
  /** Start of the names of its routes' parameters, e.g. `/xacct/default`. */
  prefix: string;
  /** Name of the failure bucket. */
  bucket: string;
  /** Name of the function. */
  forwarder: string;
  region: string;
  memoryMB: number;
  /** The endpoint of an S3 other than AWS's own. */
  s3Endpoint: string | undefined;
  /** The endpoint of an SQS other than AWS's own. */
  sqsEndpoint: string | undefined;
  /** The dimensions of what is counted. */
  metrics: Forwarder['metrics'];
  /** The least severe lines that are written. */
  logLevel: LogLevel;
}

/** Thrown when a variable is missing. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/** Lambda's smallest, where it does not say: nothing is taken for granted then. */
const LEAST_MEMORY_MB = 128;

/**
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 *
 * @throws {EnvironmentError}
 */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const required = (name: string, example: string) => {
    const value = variables[name];
    if (!value) throw new EnvironmentError(`The environment variable ${name} is not set, e.g. to ${example}`);
    return value;
  };
  return {
    prefix: required('XACCT_PARAMETER_PREFIX', '/xacct/default'),
    bucket: required('XACCT_FAILURE_BUCKET', 'xacct-failures-default-111111111111-us-west-2'),
    region: required('AWS_REGION', 'us-west-2'),
    forwarder: variables.AWS_LAMBDA_FUNCTION_NAME ?? 'xacct-forwarder',
    memoryMB: Number(variables.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? LEAST_MEMORY_MB),
    metrics: variables.XACCT_METRICS === 'route' ? 'route' : 'target',
    logLevel: readLogLevel(variables.XACCT_LOG_LEVEL),
    sqsEndpoint: variables.AWS_ENDPOINT_URL_SQS ?? variables.AWS_ENDPOINT_URL,
    s3Endpoint: variables.AWS_ENDPOINT_URL_S3 ?? variables.AWS_ENDPOINT_URL,
  };
}

function readLogLevel(text: string | undefined): LogLevel {
  return text === 'warn' || text === 'error' ? text : 'info';
}
