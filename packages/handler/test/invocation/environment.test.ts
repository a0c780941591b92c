import { describe, expect, test } from 'vitest';
import { EnvironmentError, readEnvironment } from '../../src/invocation/environment.ts';

const variables = {
  XACCT_PARAMETER_PREFIX: '/xacct/default',
  XACCT_FAILURE_BUCKET: 'failures',
  AWS_REGION: 'us-west-2',
  AWS_LAMBDA_FUNCTION_NAME: 'xacct-forwarder-default',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
};

describe('readEnvironment', () => {
  test('reads what the stack and Lambda set', () => {
    expect(readEnvironment(variables)).toEqual({
      prefix: '/xacct/default',
      bucket: 'failures',
      region: 'us-west-2',
      forwarder: 'xacct-forwarder-default',
      memoryMB: 512,
      metrics: 'target',
      logLevel: 'info',
      s3Endpoint: undefined,
      sqsEndpoint: undefined,
    });
  });

  test.for([
    ['XACCT_PARAMETER_PREFIX', '/xacct/default'],
    ['XACCT_FAILURE_BUCKET', 'xacct-failures-default-111111111111-us-west-2'],
    ['AWS_REGION', 'us-west-2'],
  ] as const)('asks for %s, with an example', ([name, example]) => {
    const error = new EnvironmentError(`The environment variable ${name} is not set, e.g. to ${example}`);

    expect(() => readEnvironment({ ...variables, [name]: undefined })).toThrow(error);
    expect(() => readEnvironment({ ...variables, [name]: '' })).toThrow(error);
  });

  test('uses the least memory that Lambda has where none is set', () => {
    expect(readEnvironment({ ...variables, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: undefined }).memoryMB).toBe(128);
  });

  test.for([
    ['S3', 's3Endpoint', 'AWS_ENDPOINT_URL_S3'],
    ['SQS', 'sqsEndpoint', 'AWS_ENDPOINT_URL_SQS'],
  ] as const)('prefers an endpoint for %s only over the one for all services', ([, key, variable]) => {
    const all = { ...variables, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };

    expect(readEnvironment(all)[key]).toBe('http://127.0.0.1:1');
    expect(readEnvironment({ ...all, [variable]: 'http://127.0.0.1:2' })[key]).toBe('http://127.0.0.1:2');
  });

  test('names the forwarder where Lambda does not', () => {
    expect(readEnvironment({ ...variables, AWS_LAMBDA_FUNCTION_NAME: undefined }).forwarder).toBe(
      'xacct-forwarder',
    );
  });

  test.for([
    ['route', 'route'],
    ['target', 'target'],
    ['', 'target'],
    ['Route', 'target'],
  ] as const)('reads XACCT_METRICS of "%s" as %s', ([text, metrics]) => {
    expect(readEnvironment({ ...variables, XACCT_METRICS: text }).metrics).toBe(metrics);
  });

  test.for([
    ['info', 'info'],
    ['warn', 'warn'],
    ['error', 'error'],
    ['', 'info'],
    ['ERROR', 'info'],
    ['debug', 'info'],
  ] as const)('reads XACCT_LOG_LEVEL of "%s" as %s', ([text, logLevel]) => {
    expect(readEnvironment({ ...variables, XACCT_LOG_LEVEL: text }).logLevel).toBe(logLevel);
  });
});
