import { encodeRoute, type Target } from '@xacct/core';
import type { Deployed, DeployedFunction } from '@xacct/local';
import { NotSupportedError } from '@xacct/local';
import { describe, expect, test } from 'vitest';
import { routesOf } from '../src/deployed-routes.ts';
import { deployedMapping, REGION, SOURCE, storedRoute } from './factories.ts';

function targets(count: number): Target[] {
  return Array.from({ length: count }, (_, index) => {
    const account = String(200_000_000_000 + index);
    return {
      account,
      region: REGION,
      functionArn: `arn:aws:lambda:${REGION}:${account}:function:reader`,
      roleArn: `arn:aws:iam::${account}:role/orders`,
      externalId: 'xacct:orders',
      invocation: 'event',
      onFailure: 'block',
    };
  });
}

const PARAMETER = '/xacct/default/kinesis/orders';
const mapping = deployedMapping();
const forwarder: DeployedFunction = {
  arn: mapping.functionArn,
  name: 'forwarder',
  account: SOURCE,
  region: REGION,
  roleArn: `arn:aws:iam::${SOURCE}:role/forwarder`,
  runtime: 'nodejs24.x',
  handler: 'index.handler',
  codeKey: 'code.zip',
  codeFolder: '/code',
  environment: { XACCT_PARAMETER_PREFIX: '/xacct/default' },
  memoryMB: 128,
  timeoutSeconds: 3,
  reservedConcurrency: undefined,
  recursiveLoop: 'Terminate',
  logGroup: '/aws/lambda/forwarder',
};

function deployed(part: Partial<Deployed> = {}, values: string[] = []): Deployed {
  return {
    roles: new Map(),
    functions: new Map([[forwarder.arn, forwarder]]),
    mappings: [mapping],
    queueMappings: [],
    buckets: new Map(),
    queues: new Map(),
    alarms: [],
    parameters: values.map((value, index) => ({
      account: SOURCE,
      region: REGION,
      name: index === 0 ? PARAMETER : `${PARAMETER}/${index}`,
      value,
    })),
    ...part,
  };
}

describe('routesOf', () => {
  test.each([1, 200])(
    'reads a route of %d targets from the parameters that its function will read',
    (count) => {
      const values = encodeRoute(storedRoute({ targets: targets(count) }));
      expect(values.length > 1).toBe(count > 1);
      expect(routesOf(deployed({}, values))).toEqual([
        {
          ...storedRoute({ targets: targets(count) }),
          account: SOURCE,
          streamName: 'orders',
          streamArn: mapping.eventSourceArn,
          enabled: true,
          forwarderArn: mapping.functionArn,
          forwarder: 'default',
          systemName: 'xacct',
        },
      ]);
    },
  );

  test('refuses a mapping whose parameter is not deployed, in its account and region', () => {
    const [value = ''] = encodeRoute(storedRoute({ targets: targets(1) }));
    const parameter = { account: SOURCE, region: REGION, name: PARAMETER, value };
    for (const elsewhere of [{ account: '222222222222' }, { region: 'eu-west-1' }, { name: '/other' }]) {
      const parameters = [{ ...parameter, ...elsewhere }];
      expect(() => routesOf(deployed({ parameters }))).toThrow(
        new NotSupportedError(`a parameter ${PARAMETER}`, mapping.id),
      );
    }
  });

  test('refuses a mapping to a function that is not deployed, or is not a forwarder', () => {
    for (const functions of [new Map(), new Map([[forwarder.arn, { ...forwarder, environment: {} }]])]) {
      expect(() => routesOf(deployed({ functions }))).toThrow(
        new NotSupportedError(`a forwarder ${forwarder.arn}`, mapping.id),
      );
    }
  });

  test('refuses an event source that is not a Kinesis stream', () => {
    const eventSourceArn = 'arn:aws:sqs:us-west-2:111111111111:queue';
    expect(() => routesOf(deployed({ mappings: [deployedMapping({ eventSourceArn })] }))).toThrow(
      new NotSupportedError(`the event source ${eventSourceArn}`, mapping.id),
    );
  });
});
