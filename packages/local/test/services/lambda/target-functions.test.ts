import { describe, expect, test } from 'vitest';
import { targetFunctionsOf } from '../../../src/services/lambda/target-functions.ts';
import type { DeployedRoute } from '../../../src/routed.ts';
import { REGION, SOURCE, storedRoute, TARGET } from '../../factories.ts';

function routeTo(...functionArns: string[]): DeployedRoute {
  const targets = functionArns.map((functionArn) => ({
    functionArn,
    account: TARGET,
    region: REGION,
    roleArn: `arn:aws:iam::${TARGET}:role/orders`,
    externalId: 'xacct:orders',
    invocation: 'event' as const,
    onFailure: 'block' as const,
  }));
  return {
    ...storedRoute({ targets }),
    account: SOURCE,
    streamName: 'orders',
    streamArn: `arn:aws:kinesis:${REGION}:${SOURCE}:stream/orders`,
    enabled: true,
    forwarderArn: 'arn:aws:lambda:us-west-2:111111111111:function:xacct-forwarder-default',
  };
}

describe('targetFunctionsOf', () => {
  test('names each function once, with the aliases and versions that are routed', () => {
    const reader = `arn:aws:lambda:${REGION}:${TARGET}:function:reader`;
    const ledger = `arn:aws:lambda:eu-west-1:${TARGET}:function:ledger`;
    const routes = [routeTo(reader, `${reader}:live`), routeTo(`${ledger}:7`, reader)];
    expect(targetFunctionsOf(routes)).toEqual([
      { arn: reader, name: 'reader', region: REGION, routedArns: new Set([reader, `${reader}:live`]) },
      { arn: ledger, name: 'ledger', region: 'eu-west-1', routedArns: new Set([ledger, `${ledger}:7`]) },
    ]);
  });
});
