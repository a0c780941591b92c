import { describe, expect, test } from 'vitest';
import { cdkAssetsBucket, cdkRoleArn, cdkVersionParameter } from '../../src/index.ts';

const PLACE = { account: '222222222222', region: 'cn-north-1' };

describe("the names of the CDK's bootstrap stack", () => {
  test.each([
    [undefined, 'hnb659fds'],
    ['streams', 'streams'],
  ])('have for qualifier %s %s in them', (qualifier, named) => {
    const source = { partition: 'aws-cn', ...(qualifier !== undefined && { qualifier }) };
    expect([
      cdkRoleArn(source, 'lookup', PLACE),
      cdkVersionParameter(source),
      cdkAssetsBucket(source, PLACE),
    ]).toEqual([
      `arn:aws-cn:iam::222222222222:role/cdk-${named}-lookup-role-222222222222-cn-north-1`,
      `/cdk-bootstrap/${named}/version`,
      `cdk-${named}-assets-222222222222-cn-north-1`,
    ]);
  });
});
