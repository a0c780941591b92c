import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createLambdaService } from '../../src/aws/lambda-service.ts';

describe('createLambdaService', () => {
  test.for([
    [
      'http://127.0.0.1:4566',
      { protocol: 'http:', hostname: '127.0.0.1', port: 4566, host: '127.0.0.1:4566', path: '' },
    ],
    [
      'https://lambda.example',
      { protocol: 'https:', hostname: 'lambda.example', host: 'lambda.example', path: '' },
    ],
    [
      'https://proxy.example/aws',
      { protocol: 'https:', hostname: 'proxy.example', host: 'proxy.example', path: '/aws' },
    ],
    [
      undefined,
      {
        protocol: 'https:',
        hostname: 'lambda.eu-west-1.amazonaws.com',
        host: 'lambda.eu-west-1.amazonaws.com',
        path: '',
      },
    ],
  ] as const)('finds its place at %s', async ([endpoint, place]) => {
    expect(await createLambdaService('eu-west-1', endpoint).place).toStrictEqual(place);
  });

  test('has no place in a region that cannot be', async () => {
    await expect(createLambdaService('no region', undefined).place).rejects.toThrow(/region/);
  });

  test('rejects with an error of its own for an answer that the SDK takes for a success', async () => {
    const response = { statusCode: 200, headers: {}, body: Readable.from([]) };

    await expect(createLambdaService('eu-west-1', undefined).fail(response)).rejects.toThrow(
      'Lambda answered with the status 200, which is no error to the SDK',
    );
  });
});
