import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  countParts,
  decodeRoute,
  encodeRoute,
  limits,
  mostParts,
  StoredRouteError,
} from '../../src/index.ts';
import { anyRouteName, anyTarget } from '../arbitraries.ts';
import { route, target, targetsInAccounts } from '../factories.ts';
import { anyPattern } from '../filter/arbitraries.ts';

/** Too large to be shrunk in a time that anyone would wait. */
const anyRoute = fc.record({
  name: anyRouteName,
  deaggregate: fc.boolean(),
  retryQueueUrl: fc.webUrl(),
  deadLetterQueueUrl: fc.webUrl(),
  retryForSeconds: fc.oneof(fc.constant(86_400), fc.integer({ min: 60, max: limits.sqs.retentionSeconds })),
  targets: fc.array(
    fc
      .tuple(anyTarget, fc.option(anyPattern))
      .map(([any, filter]) => (filter === null ? any : { ...any, filter })),
    { minLength: 1, maxLength: 12 },
  ),
});

/** A route that needs three parameters. */
const large = encodeRoute(route({ targets: targetsInAccounts(150) }));

describe('encodeRoute', () => {
  test('writes a header, and what targets share only once', () => {
    const targets = [
      target(),
      target({ account: '333333333333', externalId: 'other', invocation: 'request-response' }),
      target({ account: '444444444444', roleArn: 'arn:aws:iam::444444444444:role/own' }),
    ];
    const [value = ''] = encodeRoute(route({ targets }));
    const [header, ...body] = value.split('\n');
    expect(header).toMatch(/^xacct\/1 [0-9a-f]{16} 0\/1$/);
    expect(JSON.parse(body.join('\n'))).toEqual({
      route: 'orders',
      retryQueue: 'https://sqs.us-west-2.amazonaws.com/111111111111/xacct-route-orders-retry',
      deadLetterQueue: 'https://sqs.us-west-2.amazonaws.com/111111111111/xacct-route-orders-dead-letters',
      role: 'arn:aws:iam::*:role/xacct-route-orders',
      externalId: 'xacct:orders',
      targets: [
        { function: 'arn:aws:lambda:us-west-2:222222222222:function:reader' },
        {
          function: 'arn:aws:lambda:us-west-2:333333333333:function:reader',
          externalId: 'other',
          invocation: 'request-response',
        },
        {
          function: 'arn:aws:lambda:us-west-2:444444444444:function:reader',
          role: 'arn:aws:iam::444444444444:role/own',
        },
      ],
    });
  });

  test('writes only the names of what a target replaces, where account and region are its own', () => {
    const replaces = [
      'arn:aws:lambda:us-west-2:222222222222:function:old:live',
      'arn:aws:lambda:eu-west-1:222222222222:function:old',
    ];
    const [value = ''] = encodeRoute(route({ targets: [target({ replaces })] }));
    expect(JSON.parse(value.split('\n')[1] ?? '').targets).toMatchObject([
      { replaces: ['old:live', replaces[1]] },
    ]);
    expect(decodeRoute([value]).targets[0]?.replaces).toEqual(replaces);
  });

  test('writes a filter beside the target that has one', () => {
    const filter = { data: { type: ['order'] } };
    const [value = ''] = encodeRoute(
      route({ targets: [target({ filter }), target({ account: '333333333333' })] }),
    );
    expect(JSON.parse(value.slice(value.indexOf('\n')))).toMatchObject({
      targets: [
        { function: 'arn:aws:lambda:us-west-2:222222222222:function:reader', filter },
        { function: 'arn:aws:lambda:us-west-2:333333333333:function:reader' },
      ],
    });
    expect(value.match(/"filter"/g)).toHaveLength(1);
  });

  test('writes a timeout beside the target that has one', () => {
    const [value = ''] = encodeRoute(
      route({ targets: [target({ timeoutSeconds: 20 }), target({ account: '333333333333' })] }),
    );
    expect(JSON.parse(value.slice(value.indexOf('\n'))).targets).toEqual([
      { function: 'arn:aws:lambda:us-west-2:222222222222:function:reader', timeoutSeconds: 20 },
      { function: 'arn:aws:lambda:us-west-2:333333333333:function:reader' },
    ]);
  });

  test('writes how long records are sent again where it is not the default', () => {
    const written = (retryForSeconds: number) => {
      const [value = ''] = encodeRoute(route({ retryForSeconds }));
      return JSON.parse(value.slice(value.indexOf('\n')));
    };
    expect(written(3_600)).toHaveProperty('retryForSeconds', 3_600);
    expect(written(86_400)).not.toHaveProperty('retryForSeconds');
  });

  test('escapes what Parameter Store would expand, and what is more than a byte', () => {
    const filter = { data: { '{{a': ['{{{ssm:x}}', 'é🔑'] } };
    const [value = ''] = encodeRoute(route({ targets: [target({ filter })] }));
    expect(value).toContain(
      String.raw`"filter":{"data":{"{\u007ba":["{\u007b\u007bssm:x}}","\u00e9\ud83d\udd11"]}}`,
    );
    expect(decodeRoute([value]).targets[0]?.filter).toEqual(filter);
  });

  test('needs one part for 50 targets and three for 150', () => {
    expect(encodeRoute(route({ targets: targetsInAccounts(50) }))).toHaveLength(1);
    expect(large).toHaveLength(3);
  });

  test('fills every part but the last', () => {
    for (const value of large.slice(0, -1)) {
      expect(value.length).toBeLessThanOrEqual(4096);
      expect(value.length).toBeGreaterThan(4080);
    }
  });

  test('keeps every part within a standard parameter, and free of what Parameter Store would expand', () => {
    fc.assert(
      fc.property(anyRoute, (any) => {
        for (const value of encodeRoute(any)) {
          expect(Buffer.byteLength(value)).toBeLessThanOrEqual(limits.ssm.parameterValueBytes);
          expect(value).not.toContain('{{');
        }
      }),
      { endOnFailure: true },
    );
  });

  test('gives another revision to a route that differs in anything', () => {
    const revisions = [
      route(),
      route({ name: 'payments' }),
      route({ targets: [target({ invocation: 'request-response' })] }),
      route({ targets: [target({ externalId: 'other' })] }),
      route({ targets: [target({ onFailure: 'block' })] }),
      route({ targets: [target({ timeoutSeconds: 20 })] }),
      route({ retryForSeconds: 3_600 }),
      route({ deaggregate: true }),
      route({ targets: [target({ filter: { data: { a: [1] } } })] }),
      route({ targets: [target(), target({ account: '333333333333' })] }),
    ].map((any) => encodeRoute(any)[0]?.split(' ')[1]);
    expect(new Set(revisions).size).toBe(revisions.length);
  });

  test('refuses a route without targets', () => {
    expect(() => encodeRoute(route({ targets: [] }))).toThrow('Route "orders" has no target');
  });
});

describe('countParts', () => {
  test('reads the number of parts from the first', () => {
    expect(countParts(large[0] ?? '')).toBe(3);
    expect(countParts(encodeRoute(route())[0] ?? '')).toBe(1);
  });

  test('refuses what is no part', () => {
    expect(() => countParts('{"targets":[]}')).toThrow(
      new StoredRouteError(
        'malformed',
        'The parameter does not start with "xacct/1 <revision> <part>/<parts>"',
      ),
    );
  });
});

describe('decodeRoute', () => {
  test('reads back what encodeRoute writes', () => {
    fc.assert(
      fc.property(anyRoute, (any) => {
        expect(decodeRoute(encodeRoute(any))).toEqual(any);
      }),
      { endOnFailure: true },
    );
  });

  test('reads back a route of several parts', () => {
    expect(decodeRoute(large)).toEqual(route({ targets: targetsInAccounts(150) }));
  });

  const [first = '', second = '', third = ''] = large;
  const newer = encodeRoute(route({ targets: targetsInAccounts(149) }));
  const shorter = encodeRoute(route({ targets: targetsInAccounts(100) }));

  test.each<[string, string[]]>([
    ['a missing last part', [first, second]],
    ['a missing first part', [second, third]],
    ['parts in another order', [first, third, second]],
    ['one part twice', [first, second, second]],
    ['a part too many', [first, second, third, third]],
    ['a part of a newer revision', [newer[0] ?? '', second, third]],
    ['a first part of a shorter revision', [shorter[0] ?? '', second]],
  ])('treats %s as a deployment under way', (_, values) => {
    expect(reasonOf(values)).toBe('mixed');
  });

  test('names the parts that it saw', () => {
    const revision = first.split(' ')[1];
    expect(() => decodeRoute([first, third])).toThrow(
      `The parts of the route are not of one revision: ${revision} 0/3, ${revision} 2/3`,
    );
  });

  const good = { function: target().functionArn };

  test.each<[string, string]>([
    ['an empty value', ''],
    ['a value of another format', 'xacct/2 0123456789abcdef 0/1\n{}'],
    ['a revision that is none', 'xacct/1 latest 0/1\n{}'],
    ['a header alone', stored('')],
    ['broken JSON', stored('{"route":')],
    ['null', stored('null')],
    ['a list', stored('[]')],
    ['a route without targets', wire({ targets: [] })],
    ['a route without a name', wire({ route: undefined })],
    ['a role that is no text', wire({ role: 1 })],
    ['an external id that is no text', wire({ externalId: null })],
    ['a retry queue that is missing', wire({ retryQueue: undefined })],
    ['a dead-letter queue that is no text', wire({ deadLetterQueue: 1 })],
    ['a switch that is no switch', wire({ deaggregate: 'yes' })],
    ['targets that are no list', wire({ targets: 'all' })],
    ['a target that is null', wire({ targets: [good, null] })],
    ['a target without a function', wire({ targets: [good, {}] })],
    ['a target whose role is no text', wire({ targets: [{ ...good, role: 1 }] })],
    ['a target whose external id is no text', wire({ targets: [{ ...good, externalId: 1 }] })],
    ['a filter that is null', wire({ targets: [{ ...good, filter: null }] })],
    ['a filter that is a list', wire({ targets: [{ ...good, filter: [{ data: { a: [1] } }] }] })],
    ['a filter that is a text', wire({ targets: [{ ...good, filter: '{}' }] })],
    ['a filter that could not be compiled', wire({ targets: [{ ...good, filter: { data: { a: null } } }] })],
    ['a filter with a value outside of a list', wire({ targets: [{ ...good, filter: { data: { a: 5 } } }] })],
    [
      'an operator of a later version',
      wire({ targets: [{ ...good, filter: { data: { a: [{ like: 'x' }] } } }] }),
    ],
    ['an invocation of a later version', wire({ targets: [{ ...good, invocation: 'queue' }] })],
    ['an answer to failures of a later version', wire({ targets: [{ ...good, onFailure: 'drop' }] })],
    ['a timeout that is no number', wire({ targets: [{ ...good, timeoutSeconds: '20' }] })],
    ['a timeout of no time', wire({ targets: [{ ...good, timeoutSeconds: 0 }] })],
    ['a time of retries that is no whole number', wire({ retryForSeconds: 1.5 })],
    ['no time for retries', wire({ retryForSeconds: 0 })],
  ])('treats %s as malformed', (_, value) => {
    expect(reasonOf([value])).toBe('malformed');
  });

  test('accepts what the malformed cases are derived from', () => {
    expect(decodeRoute([wire({})])).toEqual(route());
  });

  test('keeps the reason why JSON cannot be read as the cause', () => {
    expect(() => decodeRoute([stored('{')])).toThrow(
      expect.objectContaining({ cause: expect.any(SyntaxError) }),
    );
  });
});

function reasonOf(values: string[]): string {
  try {
    decodeRoute(values);
  } catch (error) {
    if (error instanceof StoredRouteError) return error.reason;
    throw error;
  }
  return 'decoded';
}

function stored(body: string): string {
  return `xacct/1 0123456789abcdef 0/1\n${body}`;
}

function wire(properties: Record<string, unknown>): string {
  const targets = [{ function: target().functionArn }];
  const role = 'arn:aws:iam::*:role/xacct-route-orders';
  return stored(
    JSON.stringify({
      route: 'orders',
      role,
      retryQueue: route().retryQueueUrl,
      deadLetterQueue: route().deadLetterQueueUrl,
      externalId: 'xacct:orders',
      targets,
      ...properties,
    }),
  );
}

describe('mostParts', () => {
  test('is no less than what any of the targets take together', () => {
    const anyTargets = fc.array(anyTarget, { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(anyTargets, fc.infiniteStream(fc.boolean()), (targets, picks) => {
        const some = targets.filter(() => picks.next().value);
        const most = mostParts(route({ targets }));
        if (some.length > 0) expect(encodeRoute(route({ targets: some })).length).toBeLessThanOrEqual(most);
      }),
      { numRuns: 30 },
    );
  });

  test('is one where all fits with room to spare', () => {
    expect(mostParts(route())).toBe(1);
  });
});
