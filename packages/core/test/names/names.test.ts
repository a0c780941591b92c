import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  accountRootArn,
  functionArn,
  functionFromArn,
  limits,
  namesOf,
  parameterArn,
  parameterName,
  parameterPartName,
  parseArn,
  partitionOf,
  permissionsBoundaryArn,
  queueArn,
  queueUrl,
  roleArn,
  roleSessionName,
  streamArn,
  streamFromArn,
} from '../../src/index.ts';
import { sharedRouteOptions } from '../../src/schema/route-options.ts';
import {
  anyAccount,
  anyForwarderName,
  anyLongRouteName,
  anyName,
  anyRegion,
  anyRouteName,
} from '../arbitraries.ts';

const source = { account: '111111111111', region: 'us-west-2', partition: 'aws' };
const longRoute = 'r'.repeat(128);

function names(name: string, of = source) {
  return namesOf({ name, source: of });
}

/** Names as AWS allows them: characters and lengths. */
const allowed = {
  function: /^[a-zA-Z0-9_-]{1,64}$/,
  role: /^[\w+=,.@-]{1,64}$/,
  session: /^[\w+=,.@-]{2,64}$/,
  stack: /^[a-zA-Z][a-zA-Z0-9-]{0,127}$/,
  queue: /^[\w-]{1,80}$/,
  bucket: /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  parameter: /^(?!\/(?:aws|ssm))(?:\/[a-zA-Z0-9_.-]+){1,15}$/,
};

describe('namesOf(…).forwarder(…).function', () => {
  test('joins prefix and forwarder', () => {
    expect(names('xacct').forwarder('default').function).toBe('xacct-forwarder-default');
  });

  test('is a function name for every prefix and forwarder', () => {
    holdsForForwarders((name, forwarder) => {
      expect(names(name).forwarder(forwarder).function).toMatch(allowed.function);
    });
  });
});

describe('namesOf(…).forwarder(…).executionRole', () => {
  test('is the name of the function', () => {
    holdsForForwarders((name, forwarder) => {
      expect(names(name).forwarder(forwarder).executionRole).toBe(names(name).forwarder(forwarder).function);
    });
  });
});

describe('namesOf(…).forwarder(…).logGroup', () => {
  test('is where Lambda writes the logs of the function', () => {
    expect(names('xacct').forwarder('default').logGroup).toBe('/aws/lambda/xacct-forwarder-default');
  });
});

describe('namesOf(…).generatedRole', () => {
  test('joins prefix and route', () => {
    expect(names('xacct').generatedRole({ name: 'orders.v1', forwarder: 'default' })).toBe(
      'xacct-route-orders.v1',
    );
  });

  test('keeps a name of 64 characters and shortens one of 65', () => {
    const fits = 'r'.repeat(64 - 'xacct-route-'.length);
    expect(names('xacct').generatedRole({ name: fits, forwarder: 'default' })).toBe(`xacct-route-${fits}`);
    expect(names('xacct').generatedRole({ name: `${fits}r`, forwarder: 'default' })).toMatch(
      /^xacct-route-r{41}-[0-9a-f]{10}$/,
    );
  });

  test('gives a long name the same short one for ever', () => {
    expect(names('xacct').generatedRole({ name: longRoute, forwarder: 'default' })).toBe(
      `xacct-route-${'r'.repeat(41)}-2c93fb81a4`,
    );
  });

  test('is a role name for every prefix and route', () => {
    holdsForRoutes((name, route) =>
      expect(names(name).generatedRole({ name: route, forwarder: 'default' })).toMatch(allowed.role),
    );
  });

  test('differs between any two routes', () => {
    holdsForPairsOfRoutes((one, other) => {
      expect(names('xacct').generatedRole({ name: one, forwarder: 'default' })).not.toBe(
        names('xacct').generatedRole({ name: other, forwarder: 'default' }),
      );
    });
  });

  test('names the forwarder, where it is not the default of the schema', () => {
    expect(
      names('xacct').generatedRole({ name: 'orders', forwarder: sharedRouteOptions.forwarder.default }),
    ).toBe('xacct-route-orders');
    expect(names('xacct').generatedRole({ name: 'orders', forwarder: 'isolated' })).toBe(
      'xacct-route-orders@isolated',
    );
    expect(names('xacct').generatedRole({ name: longRoute, forwarder: 'isolated' })).not.toBe(
      names('xacct').generatedRole({ name: longRoute, forwarder: 'slow' }),
    );
  });
});

describe.each([
  ['retryQueue', 'retry'],
  ['deadLetterQueue', 'dead-letters'],
] as const)('namesOf(…).route(…).%s', (queue, suffix) => {
  const queueName = (name: string, route: string) => names(name).route(route)[queue];

  test('joins prefix, route and what the queue is for', () => {
    expect(queueName('xacct', 'orders_v1')).toBe(`xacct-route-orders_v1-${suffix}`);
  });

  test('replaces what queue names do not allow, and adds a hash of the original', () => {
    expect(queueName('xacct', 'orders.v1')).toMatch(
      new RegExp(`^xacct-route-orders-v1-[0-9a-f]{10}-${suffix}$`),
    );
  });

  test('is a queue name for every prefix and route', () => {
    holdsForRoutes((name, route) => expect(queueName(name, route)).toMatch(allowed.queue));
  });

  test('differs between any two routes', () => {
    holdsForPairsOfRoutes((one, other) => {
      expect(queueName('xacct', one)).not.toBe(queueName('xacct', other));
    });
  });
});

describe('namesOf(…).route(…).stack', () => {
  test('joins prefix and route', () => {
    expect(names('xacct').route('orders').stack).toBe('xacct-route-orders');
  });

  test('replaces what stack names do not allow, and adds a hash of the original', () => {
    expect(names('xacct').route('orders.v1').stack).toMatch(/^xacct-route-orders-v1-[0-9a-f]{10}$/);
    expect(names('xacct').route('orders.v1').stack).not.toBe(names('xacct').route('orders_v1').stack);
  });

  test('is a stack name for every prefix and route', () => {
    holdsForRoutes((name, route) => expect(names(name).route(route).stack).toMatch(allowed.stack));
  });

  test('differs between any two routes', () => {
    holdsForPairsOfRoutes((one, other) => {
      expect(names('xacct').route(one).stack).not.toBe(names('xacct').route(other).stack);
    });
  });
});

describe('namesOf(…).forwarder(…).stack', () => {
  test('is a stack name for every prefix and forwarder', () => {
    expect(names('xacct').forwarder('default').stack).toBe('xacct-forwarder-default');
    holdsForForwarders((name, forwarder) => {
      expect(names(name).forwarder(forwarder).stack).toMatch(allowed.stack);
    });
  });
});

describe('namesOf(…).route(…).alarm and namesOf(…).forwarder(…).alarm', () => {
  test('name their owner and what they watch', () => {
    expect(names('xacct').route('orders').alarm('parked')).toBe('xacct-route-orders-parked');
    expect(names('xacct').forwarder('default').alarm('errors')).toBe('xacct-forwarder-default-errors');
  });

  test('have room for the longest prefix and route', () => {
    const longest = names('n'.repeat(20)).route(longRoute).alarm('iterator-age');
    expect(longest.length).toBeLessThanOrEqual(limits.cloudWatch.alarmNameLength);
  });
});

describe('namesOf(…).forwarder(…).dashboard', () => {
  test('names the region, and is a name for every prefix and forwarder', () => {
    expect(names('xacct').forwarder('default').dashboard).toBe('xacct-forwarder-default-us-west-2');
    holdsForForwarders((name, forwarder) => {
      expect(names(name).forwarder(forwarder).dashboard).toMatch(/^[\w-]+$/);
    });
  });
});

describe('namesOf(…).targetStack', () => {
  test('names the forwarder, where it is not the default of the schema', () => {
    const { forwarder } = sharedRouteOptions;
    expect(names('xacct').targetStack({ account: '222222222222', forwarder: forwarder.default })).toBe(
      'xacct-target-222222222222',
    );
    expect(names('xacct').targetStack({ account: '222222222222', forwarder: 'slow' })).toBe(
      'xacct-target-222222222222-slow',
    );
  });

  test('is a stack name for every prefix, account and forwarder', () => {
    fc.assert(
      fc.property(anyName, anyAccount, anyForwarderName, (name, account, forwarder) => {
        expect(names(name).targetStack({ account: account, forwarder: forwarder })).toMatch(allowed.stack);
      }),
    );
  });
});

describe('namesOf(…).forwarder(…).failureBucket', () => {
  test('names its account and region', () => {
    expect(names('xacct').forwarder('default').failureBucket).toBe(
      'xacct-failures-default-111111111111-us-west-2',
    );
  });

  test('is a bucket name that ends in account and region for every prefix, forwarder and region', () => {
    fc.assert(
      fc.property(anyName, anyForwarderName, anyAccount, anyRegion, (name, forwarder, account, region) => {
        const bucket = names(name, { ...source, account, region }).forwarder(forwarder).failureBucket;
        expect(bucket).toMatch(allowed.bucket);
        expect(bucket.endsWith(`-${account}-${region}`)).toBe(true);
      }),
    );
  });

  test('differs between forwarders whose names are long and alike', () => {
    const alike = 'f'.repeat(29);
    const [one, other] = ['a', 'b'].map((end) => names('x'.repeat(20)).forwarder(alike + end).failureBucket);
    expect(one).not.toBe(other);
  });
});

describe('parameterName', () => {
  test('follows from the prefix and the stream', () => {
    const prefix = names('xacct').forwarder('default').parameterPrefix;
    expect(parameterName(prefix, { service: 'kinesis', name: 'orders' })).toBe(
      '/xacct/default/kinesis/orders',
    );
  });

  test('is a parameter name for every prefix, forwarder and stream, each part of a route included', () => {
    fc.assert(
      fc.property(anyName, anyForwarderName, anyRouteName, fc.nat(99), (name, forwarder, stream, part) => {
        const parameter = parameterName(names(name).forwarder(forwarder).parameterPrefix, {
          service: 'kinesis',
          name: stream,
        });
        expect(parameterPartName(parameter, part)).toMatch(allowed.parameter);
      }),
    );
  });
});

describe('parameterPartName', () => {
  test('gives part 0 the name of the route itself and the others a number', () => {
    expect(parameterPartName('/xacct/default/kinesis/orders', 0)).toBe('/xacct/default/kinesis/orders');
    expect(parameterPartName('/xacct/default/kinesis/orders', 2)).toBe('/xacct/default/kinesis/orders/2');
  });
});

describe('roleSessionName', () => {
  test('is the name of the route', () => {
    expect(roleSessionName('orders')).toBe('orders');
  });

  test('lengthens a name of one character, which STS refuses', () => {
    expect(roleSessionName('o')).toBe('route-o');
  });

  test('is a session name for every route', () => {
    fc.assert(
      fc.property(fc.oneof(anyRouteName, anyLongRouteName), (route) => {
        expect(roleSessionName(route)).toMatch(allowed.session);
      }),
    );
  });
});

describe('streamFromArn', () => {
  test('reads back every ARN that streamArn writes', () => {
    fc.assert(
      fc.property(anyAccount, anyRegion, anyRouteName, (account, region, name) => {
        const arn = streamArn({ account, region, partition: partitionOf(region) }, name);
        expect(streamFromArn(arn)).toEqual({ service: 'kinesis', name, arn });
      }),
    );
  });

  test('finds the stream of a consumer', () => {
    const arn = 'arn:aws:kinesis:us-west-2:111111111111:stream/orders';
    expect(streamFromArn(`${arn}/consumer/reader:1700000000`)).toEqual({
      service: 'kinesis',
      name: 'orders',
      arn,
    });
  });

  test('finds the table of a DynamoDB stream', () => {
    const arn = 'arn:aws:dynamodb:us-west-2:111111111111:table/Items/stream/2026-01-01T00:00:00.000';
    expect(streamFromArn(arn)).toEqual({ service: 'dynamodb', name: 'Items', arn });
  });

  test.each([
    '',
    'orders',
    'arn:aws:kinesis:us-west-2:111111111111:stream/',
    'arn:aws:kinesis:us-west-2:1111:stream/orders',
    'arn:aws:dynamodb:us-west-2:111111111111:table/orders',
    'arn:aws:sqs:us-west-2:111111111111:orders',
    'see arn:aws:kinesis:us-west-2:111111111111:stream/orders',
  ])('finds no stream in "%s"', (arn) => {
    expect(streamFromArn(arn)).toBeUndefined();
  });
});

describe('partitionOf', () => {
  test.each([
    ['us-west-2', 'aws'],
    ['eu-central-1', 'aws'],
    ['cn-north-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
  ])('puts %s in %s', (region, partition) => {
    expect(partitionOf(region)).toBe(partition);
  });
});

describe('queueUrl', () => {
  test.each([
    ['us-west-2', 'https://sqs.us-west-2.amazonaws.com/111111111111/q'],
    ['us-gov-west-1', 'https://sqs.us-gov-west-1.amazonaws.com/111111111111/q'],
    ['cn-north-1', 'https://sqs.cn-north-1.amazonaws.com.cn/111111111111/q'],
  ])('is under the endpoint of %s', (region, url) => {
    expect(queueUrl({ account: '111111111111', region, partition: partitionOf(region) }, 'q')).toBe(url);
  });
});

describe('permissionsBoundaryArn', () => {
  test.each([
    [undefined, undefined],
    ['xacct', 'arn:aws:iam::222222222222:policy/xacct'],
    ['a/path/xacct', 'arn:aws:iam::222222222222:policy/a/path/xacct'],
    ['arn:aws:iam::aws:policy/PowerUserAccess', 'arn:aws:iam::aws:policy/PowerUserAccess'],
  ])('of %s is %s in account 222222222222', (permissionsBoundary, arn) => {
    const bounded = { ...source, ...(permissionsBoundary !== undefined && { permissionsBoundary }) };
    expect(permissionsBoundaryArn(bounded, '222222222222')).toBe(arn);
  });
});

describe('namesOf(…).failureBucketPattern', () => {
  test('matches the bucket of every forwarder, also where its name is cut', () => {
    fc.assert(
      fc.property(anyName, anyForwarderName, anyAccount, anyRegion, (name, forwarder, account, region) => {
        const place = { account, region, partition: partitionOf(region) };
        const [start = '', end = ''] = names(name, place).failureBucketPattern.split('*');
        const bucket = names(name, place).forwarder(forwarder).failureBucket;
        expect([bucket.startsWith(start), bucket.endsWith(end)]).toEqual([true, true]);
        expect(start.startsWith(name.slice(0, 19))).toBe(true);
      }),
    );
  });
});

describe('ARNs', () => {
  test('name partition, region and account where the service has them', () => {
    const china = { account: '111111111111', region: 'cn-north-1', partition: 'aws-cn' };
    expect([
      roleArn(china, '222222222222', 'xacct-route-orders'),
      accountRootArn(china),
      functionArn({ ...china, account: '222222222222' }, 'reader:live'),
      streamArn(china, 'orders'),
      parameterArn(china, '/xacct/default/kinesis/orders'),
      queueArn(china, 'xacct-route-orders-retry'),
    ]).toEqual([
      'arn:aws-cn:iam::222222222222:role/xacct-route-orders',
      'arn:aws-cn:iam::111111111111:root',
      'arn:aws-cn:lambda:cn-north-1:222222222222:function:reader:live',
      'arn:aws-cn:kinesis:cn-north-1:111111111111:stream/orders',
      'arn:aws-cn:ssm:cn-north-1:111111111111:parameter/xacct/default/kinesis/orders',
      'arn:aws-cn:sqs:cn-north-1:111111111111:xacct-route-orders-retry',
    ]);
  });
});

function holdsForForwarders(check: (name: string, forwarder: string) => void): void {
  const property = fc.property(anyName, anyForwarderName, (name, forwarder) => {
    check(name, forwarder);
  });
  fc.assert(property);
}

function holdsForRoutes(check: (name: string, route: string) => void): void {
  const property = fc.property(anyName, fc.oneof(anyRouteName, anyLongRouteName), (name, route) => {
    check(name, route);
  });
  fc.assert(property);
}

function holdsForPairsOfRoutes(check: (one: string, other: string) => void): void {
  const pair = (route: fc.Arbitrary<string>) => fc.uniqueArray(route, { minLength: 2, maxLength: 2 });
  fc.assert(
    fc.property(fc.oneof(pair(anyRouteName), pair(anyLongRouteName)), ([one = '', other = '']) => {
      check(one, other);
    }),
  );
}

describe('parseArn', () => {
  test('takes an ARN apart, with the colons of its resource', () => {
    expect(parseArn('arn:aws-cn:lambda:cn-north-1:222222222222:function:reader:live')).toEqual({
      partition: 'aws-cn',
      service: 'lambda',
      region: 'cn-north-1',
      account: '222222222222',
      resource: 'function:reader:live',
    });
  });

  test('leaves empty what an ARN does not have', () => {
    expect(parseArn('arn:aws:s3:::bucket')).toMatchObject({ region: '', account: '', resource: 'bucket' });
    expect(parseArn('bucket')).toMatchObject({ partition: '', account: '', resource: '' });
  });
});

describe('functionFromArn', () => {
  test('reads what functionArn wrote', () => {
    const place = { partition: 'aws', region: 'us-west-2', account: '222222222222' };
    expect(functionFromArn(functionArn(place, 'reader'))).toEqual({
      ...place,
      name: 'reader',
      qualifiedName: 'reader',
    });
    expect(functionFromArn(functionArn(place, 'reader:live'))).toEqual({
      ...place,
      name: 'reader',
      qualifier: 'live',
      qualifiedName: 'reader:live',
    });
  });
});
