import { CreateStreamCommand, DeleteStreamCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { routesYaml } from '../xacct.ts';
import { type BrokenAws, type Change, startBrokenAws } from './broken-aws.ts';

const ROUTES = routesYaml(`  - stream: orders
    targets:
      - { account: analytics, function: reader }
      - { account: analytics, function: archive, region: eu-west-1 }
      - { account: billing, function: archive, region: eu-west-1 }
  - stream: payments
    targets:
      - { group: everyone, function: "ledger:live", invocation: request-response }
`);
const WELL = { routes: 2, targets: 5, findings: [] };
const ROLE = 'arn:aws:iam::999999999999:role/xacct-route-orders';

let broken: BrokenAws;
let kinesis: KinesisClient;

beforeAll(async () => {
  broken = await startBrokenAws(ROUTES);
  kinesis = new KinesisClient({
    ...broken.aws.clientOf('111111111111'),
    requestHandler: new NodeHttpHandler(),
  });
}, 60_000);
afterAll(async () => {
  kinesis.destroy();
  await broken.stop();
});

interface Document {
  Statement: Record<string, unknown>[];
}

/** Changes a document of a policy in the properties of a resource. */
function inPolicy(property: string, change: (document: Document) => void): Change['edit'] {
  return (properties) => change(properties[property] as Document);
}

function withoutStatement(pattern: RegExp): Change['edit'] {
  return inPolicy('PolicyDocument', (document) => {
    document.Statement = document.Statement.filter(({ Action }) => !pattern.test(JSON.stringify(Action)));
  });
}

/** Breaks one part; the result repairs it. */
type Break = () => Promise<() => Promise<void>>;

const deployed =
  (change: Change): Break =>
  async () => {
    await broken.deployWith(change);
    return () => broken.deployWith();
  };

const failing =
  (...fault: Parameters<BrokenAws['fail']>): Break =>
  async () => {
    broken.fail(...fault);
    return async () => broken.repair();
  };

async function deleteStream(): Promise<() => Promise<void>> {
  await kinesis.send(new DeleteStreamCommand({ StreamName: 'orders' }));
  return async () => {
    await vi.waitFor(() => kinesis.send(new CreateStreamCommand({ StreamName: 'orders', ShardCount: 1 })), {
      timeout: 20_000,
    });
  };
}

const ofOrders = 'AWS::Lambda::EventSourceMapping';
const target = { stack: 'xacct-target-999999999999', type: 'AWS::IAM::Role', id: 'orders' };
const forwarder = { stack: 'xacct-forwarder-default', type: 'AWS::IAM::Policy' };
const route = 'xacct-route-orders';

/** What is broken, how, and the one finding: where, what is found, and the fix. */
const CAUSES: [what: string, make: Break, check: string, where: string, found: RegExp, fix: RegExp][] = [
  [
    "a role's trust",
    deployed({
      ...target,
      edit: inPolicy('AssumeRolePolicyDocument', ({ Statement: [statement] }) => {
        if (statement) statement.Condition = { StringEquals: { 'sts:ExternalId': 'another' } };
      }),
    }),
    'role',
    `role ${ROLE} of route orders`,
    /^denied: AccessDenied: .* sts:AssumeRole .*; not as in the file: xacct-target-999999999999 ordersRole\w+\.AssumeRolePolicyDocument$/,
    /^xacct deploy orders$/,
  ],
  [
    "a role's policy",
    deployed({
      ...target,
      edit(properties) {
        const [policy] = properties.Policies as { PolicyDocument: Document }[];
        for (const statement of policy?.PolicyDocument.Statement ?? [])
          statement.Resource = 'arn:aws:lambda:us-west-2:999999999999:function:reader';
      },
    }),
    'policy',
    `policy of role ${ROLE} of route orders`,
    /^denied: AccessDeniedException: .* lambda:InvokeFunction on resource: arn:aws:lambda:eu-west-1:999999999999:function:archive .*; not as in the file: xacct-target-999999999999 ordersRole\w+\.Policies$/,
    /^xacct deploy orders$/,
  ],
  [
    'a function',
    failing({ service: 'lambda', function: 'reader' }, { kind: 'error', name: 'ResourceNotFoundException' }),
    'function',
    'function analytics/reader (999999999999) of route orders',
    /^refused: ResourceNotFoundException/,
    /^have the owner of analytics \(999999999999\) create it, or take it out of the file and run: xacct deploy orders$/,
  ],
  [
    'a stream',
    deleteStream,
    'stream',
    'stream orders',
    /^it (does not exist|is DELETING)$/,
    /^aws kinesis create-stream --stream-name orders --region us-west-2$/,
  ],
  [
    'a parameter',
    deployed({
      stack: route,
      type: 'AWS::SSM::Parameter',
      edit(properties) {
        properties.Value = String(properties.Value).replace('"orders"', '"others"');
      },
    }),
    'parameter',
    'route orders, as function xacct-forwarder-default reads it',
    /^not-routed: RouteError: Expected route "orders" for \S+, got "others"; not as in the file: xacct-route-orders Route\.Value$/,
    /^xacct deploy orders$/,
  ],
  [
    "a stream's mapping",
    deployed({ stack: route, type: ofOrders, id: /^Mapping/, edit: disable }),
    'mapping',
    'event source mapping of the stream of route orders',
    /^it is Disabled \(User action\); not as in the file: xacct-route-orders Mapping\.Enabled$/,
    /^xacct deploy orders$/,
  ],
  [
    "a retry queue's mapping",
    deployed({ stack: route, type: ofOrders, id: /^RetryMapping/, edit: disable }),
    'mapping',
    'event source mapping of the retry queue of route orders',
    /^it is Disabled \(User action\); not as in the file: xacct-route-orders RetryMapping\.Enabled$/,
    /^xacct deploy orders$/,
  ],
  [
    "a queue's policy",
    deployed({
      stack: route,
      type: 'AWS::SQS::QueuePolicy',
      id: /^Retry/,
      edit: inPolicy('PolicyDocument', ({ Statement: [statement] }) => {
        if (statement) statement.Principal = { AWS: 'arn:aws:iam::111111111111:role/another' };
      }),
    }),
    'retry-queue',
    'queue xacct-route-orders-retry',
    /^the forwarder cannot send to it: denied: .*sqs:SendMessage.*; not as in the file: xacct-route-orders RetryQueuePolicy\.PolicyDocument$/,
    /^xacct deploy orders$/,
  ],
  [
    'a region',
    failing({ service: 'lambda', region: 'eu-west-1' }, { kind: 'unavailable' }),
    'region',
    'region eu-west-1',
    /^Lambda answers for none of its 2 targets \(unavailable: /,
    /^none here: https:\/\/health\.aws\.amazon\.com/,
  ],
  [
    "the forwarder's permission to assume roles",
    deployed({ ...forwarder, edit: withoutStatement(/sts:AssumeRole/) }),
    'forwarder',
    'role xacct-forwarder-default of forwarder default',
    /^it may assume the role of none of its 5 targets \(denied: .*; not as in the file: xacct-forwarder-default ExecutionPolicy\.PolicyDocument$/,
    /^xacct deploy --forwarder default$/,
  ],
  [
    "the forwarder's permission to put objects",
    deployed({ ...forwarder, edit: withoutStatement(/s3:PutObject/) }),
    'failure-bucket',
    'bucket xacct-failures-default-111111111111-us-west-2',
    /^the forwarder cannot put, read and delete an object: unavailable: ObjectStoreError: PUT .* failed: 403 AccessDenied; not as in the file: xacct-forwarder-default ExecutionPolicy\.PolicyDocument$/,
    /^xacct deploy --forwarder default$/,
  ],
];

function disable(properties: Record<string, unknown>): void {
  properties.Enabled = false;
}

describe('xacct doctor', () => {
  test('ends with 0 where all is well, and leaves nothing behind', async () => {
    const { code, stdout } = await broken.doctor();
    expect([code, stdout]).toEqual([0, '2 routes, 5 targets: all well\n']);
    await vi.waitFor(() => expect(broken.aws.messageBodies()).toEqual([]), { timeout: 20_000 });
    expect(await broken.aws.objects()).toEqual([]);
  });

  test.each(CAUSES)('names %s and the fix, and nothing else', async (_, make, check, where, found, fix) => {
    const repair = await make();
    const { code, stdout, stderr } = await broken.doctor('--json');
    await repair();
    const { findings } = JSON.parse(stdout);
    expect(findings).toEqual([
      expect.objectContaining({
        severity: 'error',
        check,
        where,
        found: expect.stringMatching(found),
        fix: expect.stringMatching(fix),
      }),
    ]);
    expect([code, stderr.split('\n').at(-2)]).toEqual([1, '1 error in 2 routes, 5 targets']);

    await vi.waitFor(
      async () => {
        const after = await broken.doctor('--json');
        expect(JSON.parse(after.stdout)).toEqual(WELL);
        expect(after.code).toBe(0);
      },
      { timeout: 30_000 },
    );
  });
});
