import { describe, expect, test } from 'vitest';
import { targetFunctionsOf } from '../../../src/services/lambda/target-functions.ts';
import { REGION, TARGET } from '../../factories.ts';

describe('targetFunctionsOf', () => {
  test('names each function once, with the aliases and versions that are routed', () => {
    const reader = `arn:aws:lambda:${REGION}:${TARGET}:function:reader`;
    const ledger = `arn:aws:lambda:eu-west-1:${TARGET}:function:ledger`;
    expect(targetFunctionsOf([reader, `${reader}:live`, `${ledger}:7`, reader])).toEqual([
      { arn: reader, name: 'reader', region: REGION, invokedArns: new Set([reader, `${reader}:live`]) },
      { arn: ledger, name: 'ledger', region: 'eu-west-1', invokedArns: new Set([ledger, `${ledger}:7`]) },
    ]);
  });
});
