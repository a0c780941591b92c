import { beforeAll, describe, expect, test } from 'vitest';
import { diffRoutes, type RoutesDiff } from '../../src/changes/diff-routes.ts';
import { accountLabels } from '../../src/routes-file/account-labels.ts';
import type { Stack } from '../../src/stacks/stack.ts';
import { stacksOf } from '../stacks/stacks-of.ts';
import { routesYaml } from '../xacct.ts';

/** A routes file whose routes are edited each in another way: the entry before, the entry after. */
const EDITS = {
  same: [entry('same'), entry('same')],
  added: ['', entry('added', '', 'account: billing, function: "ledger:live"')],
  removed: [entry('removed', '', 'account: "333333333333", function: ledger'), ''],
  batches: [entry('batches'), entry('batches', 'batchSize: 500, batchWindowSeconds: 5')],
  disabled: [entry('disabled'), entry('disabled', 'enabled: false')],
  filters: [entry('filters'), entry('filters', 'filters: [{ data: { type: [a] } }]')],
  invocation: [entry('invocation'), entry('invocation', 'invocation: request-response')],
  filter: [entry('filter'), entry('filter', 'filter: { data: { type: [a] } }')],
  deaggregate: [entry('deaggregate'), entry('deaggregate', 'deaggregate: true')],
  moved: [entry('moved'), entry('moved', '', 'account: billing, function: reader')],
  stream: [entry('stream'), entry('stream', 'stream: stream-v2')],
  fanOut: [entry('fanOut'), entry('fanOut', 'enhancedFanOut: true')],
  noFanOut: [entry('noFanOut', 'enhancedFanOut: true'), entry('noFanOut')],
  position: [entry('position'), entry('position', 'startingPosition: LATEST')],
  forwarder: [entry('forwarder'), entry('forwarder', 'forwarder: isolated')],
} as const;

function entry(name: string, options = '', target = 'account: analytics, function: reader'): string {
  const stream = options.includes('stream:') ? '' : `, stream: ${name}`;
  const more = options === '' ? '' : `, ${options}`;
  return `  - { name: ${name}${stream}${more}, targets: [{ ${target} }] }\n`;
}

const fileOf = (column: 0 | 1) =>
  routesYaml(
    Object.values(EDITS)
      .map((edit) => edit[column])
      .join(''),
  );
const labels = accountLabels(fileOf(1));

let before: Stack[];
let after: Stack[];
let diff: RoutesDiff;
beforeAll(async () => {
  before = await stacksOf(fileOf(0));
  after = await stacksOf(fileOf(1));
  diff = diffRoutes(before, after, labels);
});

function changeOf(name: keyof typeof EDITS, { routes } = diff): string[] {
  return routes.filter(({ route }) => route === name).flatMap(({ change, details }) => [change, ...details]);
}

describe('diffRoutes', () => {
  test('finds nothing between stacks and themselves', () => {
    expect(diffRoutes(after, structuredClone(after), labels)).toEqual({
      stacks: [],
      routes: [],
      others: [],
      unchangedRoutes: 14,
    });
  });

  test('leaves out a route that stays, and counts it', () => {
    expect(changeOf('same')).toEqual([]);
    expect(diff.unchangedRoutes).toBe(1);
  });

  test('counts what a new route brings, its role in another account included', () => {
    expect(diff.routes.find(({ route }) => route === 'added')).toEqual({
      route: 'added',
      change: 'add',
      targets: ['arn:aws:lambda:us-west-2:222222222222:function:ledger:live'],
      details: ['1 role, 2 mappings, 1 parameter, 2 queues, 2 queue policies, 6 alarms'],
    });
  });

  test.each([
    ['batches', 'batchSize 100 → 500, batchWindowSeconds 1 → 5 (mapping updated in place)'],
    ['disabled', 'enabled true → false (mapping updated in place)'],
    ['filters', 'filters changed (mapping updated in place)'],
    ['invocation', 'analytics/reader (999999999999): invocation event → request-response'],
    ['filter', 'analytics/reader (999999999999): filter changed'],
    ['deaggregate', 'deaggregate false → true'],
  ] as const)('tells an edit in the words of the file: %s', (name, words) => {
    expect(changeOf(name)).toEqual(['update', words]);
  });

  test('reports new and removed targets, with their roles', () => {
    expect(changeOf('moved')).toEqual([
      'update',
      'new target billing/reader (222222222222)',
      'no longer to analytics/reader (999999999999)',
      'what is parked for analytics/reader (999999999999) becomes dead letters, unless a new target says that it "replaces" it',
      'role in billing (222222222222): new',
      'role in analytics (999999999999): deleted',
    ]);
  });

  test('is loud about another stream', () => {
    expect(changeOf('stream')).toEqual([
      'replace',
      'another stream, stream → stream-v2, replaces its event source mapping: the new one starts at TRIM_HORIZON, whatever the old one has read',
      '1 parameter REPLACED',
      '1 alarm updated',
    ]);
  });

  test('is loud about enhanced fan-out, which reads by another ARN', () => {
    expect(changeOf('fanOut')).toEqual([
      'replace',
      'enhancedFanOut false → true replaces its event source mapping: the new one starts at TRIM_HORIZON, whatever the old one has read',
      '1 consumer new',
      '1 alarm updated',
    ]);
    expect(changeOf('noFanOut')[1]).toMatch(/^enhancedFanOut true → false replaces its event source mapping/);
  });

  test('reports that Lambda refuses another starting position', () => {
    expect(changeOf('position')).toEqual([
      'replace',
      'startingPosition TRIM_HORIZON → LATEST asks for a second event source mapping of the same stream, which Lambda refuses. It counts only when a mapping is made: put it back as it was',
    ]);
  });

  test('moves mappings to another forwarder in place', () => {
    const [change, mapping, ...others] = changeOf('forwarder');
    expect(change).toBe('update');
    expect(mapping).toMatch(
      /forwarder xacct-forwarder-default → xacct-forwarder-isolated \(mapping updated in place\)$/,
    );
    expect(others).toContain('role in analytics (999999999999): new');
  });

  test('reports what stays of a route that is no longer in the file', () => {
    expect(changeOf('removed')).toEqual([
      'remove',
      'no longer in the file; "xacct destroy removed" deletes 2 mappings, 1 parameter, 6 alarms',
      'its queues and dead letters stay (RETAIN)',
    ]);
  });

  test('reports forwarders, and stacks of accounts that no route needs', () => {
    expect(diff.others).toEqual([
      {
        name: 'xacct-forwarder-default',
        account: '111111111111',
        change: 'update',
        details: ['1 policy, 1 dashboard updated'],
      },
      {
        name: 'xacct-forwarder-isolated',
        account: '111111111111',
        change: 'add',
        details: [
          '1 function, 1 role, 1 policy, 1 bucket, 1 bucket policy, 1 log group, 5 alarms, 1 dashboard',
        ],
      },
      {
        name: 'xacct-target-333333333333',
        account: '333333333333',
        change: 'remove',
        details: [
          'no route of the file needs it; "xacct destroy --account 333333333333" deletes it',
          '1 role deleted',
        ],
      },
    ]);
  });

  test('finds a change of only a role', () => {
    const isTarget = ({ name }: Stack) => name === 'xacct-target-222222222222';
    const trusting = (stack: Stack) => JSON.parse(JSON.stringify(stack).replaceAll('xacct:added', 'theirs'));
    const { routes } = diffRoutes(
      after.map((stack) => (isTarget(stack) ? trusting(stack) : stack)),
      after,
      labels,
    );
    const details = ['role in billing (222222222222): updated'];
    expect(routes).toEqual([{ route: 'added', change: 'update', targets: [], details }]);
  });

  test('reports a replaced queue, and the mapping that reads it', () => {
    const renamed = (stack: Stack) =>
      JSON.parse(JSON.stringify(stack).replace('"xacct-route-same-retry"', '"old"'));
    const changed = diffRoutes(after.map(renamed), after, labels);
    expect(changeOf('same', changed)).toEqual(['replace', '1 mapping, 1 queue REPLACED']);
  });

  test('compares a route that another version wrote, without its targets', () => {
    const older = (stack: Stack) => JSON.parse(JSON.stringify(stack).replace('xacct/1 ', 'xacct/0 '));
    expect(changeOf('same', diffRoutes(after.map(older), after, labels))).toEqual([
      'update',
      '1 parameter updated',
    ]);
  });

  test('finds changed tags, which are of stacks and of no resource', () => {
    const untagged = after.map((stack) => ({ ...stack, tags: { ...stack.tags, team: 'x' } }));
    const { stacks, routes, others } = diffRoutes(untagged, after, labels);
    expect(stacks).toHaveLength(after.length);
    expect(routes.every(({ details }) => details.join() === 'tags')).toBe(true);
    expect(others.every(({ details }) => details.join() === 'tags')).toBe(true);
  });
});
