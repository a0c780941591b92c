import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { CDK_VERSION } from '../../src/aws/bootstrap-command.ts';

test('messages name the version of the CDK CLI that is installed', () => {
  expect(createRequire(import.meta.url)('aws-cdk/package.json').version).toBe(CDK_VERSION);
});
