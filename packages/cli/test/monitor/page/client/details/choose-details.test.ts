import { describe, expect, test } from 'vitest';
import { detailsOf } from '../../../../../src/monitor/page/client/details/choose-details.ts';
import { flowsOf } from '../../../../../src/monitor/page/client/flows.ts';
import { type Selection, selectionOf } from '../../../../../src/monitor/page/client/selection.ts';
import type { SentView } from '../../../../../src/monitor/page/page-view.ts';
import type { Status } from '../../../../../src/monitor/status.ts';
import { figures, route, statusOf, target } from '../../../statuses.ts';
import { DENIED, manyTargets } from '../../many-targets.ts';

const NOW = Date.parse('2026-11-26T03:15:30.000Z');

function details(status: Status, hash: string | Selection, options: string[] = []) {
  const view: SentView = { status, notRead: null, options, now: NOW };
  return detailsOf(typeof hash === 'string' ? selectionOf(hash) : hash, flowsOf(status), view);
}
const commandsIn = (found: ReturnType<typeof details>) => found?.commands.map(({ text }) => text);
const rowsIn = (found: ReturnType<typeof details>) =>
  Object.fromEntries(found?.groups.flatMap(({ rows }) => rows) ?? []);
const hashOfTarget = (of: string, arn: string): Selection => ({ kind: 'target', route: of, target: arn });
const READER = 'arn:aws:lambda:us-west-2:222222222222:function:reader';

describe('the details', () => {
  test('of the target that is broken have class, reason and time, and the commands that show more', () => {
    const arn = 'arn:aws:lambda:us-west-2:222222222202:function:reader-17-3';
    const found = details(manyTargets({ 'reader-17-3': DENIED }), hashOfTarget('stream-17', arn));
    expect(found).toMatchObject({
      kind: 'Target',
      name: 'team2/reader-17-3',
      states: ['denied'],
      failure: {
        class: 'denied',
        reason: 'AccessDenied: not authorized to perform: sts:AssumeRole',
        when: expect.stringMatching(/^\d\d:13:00, 2 min ago$/),
      },
      commandsNote: '',
    });
    expect(commandsIn(found)).toEqual([
      'xacct doctor stream-17 --account team2',
      'xacct parked stream-17 --sample 100',
      'xacct pause stream-17 team2/reader-17-3',
      'xacct trace stream-17 --sequence-number NUMBER',
      'xacct status stream-17 --since 12h',
    ]);
  });

  test('count records once, what is held now, and each try by itself', () => {
    const one = target('reader', {
      figures: figures({
        delivered: 150,
        filtered: 30,
        paused: 4,
        calls: 900,
        parked: 600,
        failed: 3,
        p50: 12.4,
        p99: 1800,
      }),
      waiting: 12,
      dead: 4,
    });
    const status = statusOf([route('orders', { targets: [one] })]);
    const found = details(status, hashOfTarget('orders', READER));
    expect(found?.groups.map(({ title }) => title)).toEqual([
      'Records, counted once (last 15 min)',
      'Held now',
      'Each try (last 15 min)',
      'What it is',
    ]);
    expect(rowsIn(found)).toMatchObject({
      In: '200 (13.3/min)',
      Delivered: '150 (10.0/min)',
      Filtered: '30 (2.0/min)',
      Paused: '4 (0.3/min)',
      Waiting: '12',
      Dead: '4',
      Calls: '900 (60.0/min)',
      'Records parked': '600 (40.0/min)',
      'Records failed': '3 (0.2/min)',
      'Call, p50': '12 ms',
      'Call, p99': '1,800 ms',
    });
  });

  test('of a route have the oldest that waits, its alarms and its dead letters', () => {
    const status = statusOf([
      route('orders', {
        states: ['dead', 'alarm'],
        waiting: { messages: 4, records: null, oldestSeconds: 840 },
        dead: { messages: 2, records: 31, oldestSeconds: 7200 },
        alarms: [{ watched: 'dead-letters', since: '2026-11-26T03:03:30.000Z' }],
      }),
    ]);
    const found = details(status, '#route=orders');
    expect(rowsIn(found)).toMatchObject({
      Waiting: '4 messages, the oldest for 14 min',
      Dead: '31, the oldest for 2 h',
      'Reader is behind by': '400 ms',
    });
    expect(found?.alarms).toEqual(['dead-letters, for 12 min']);
    expect(found?.links.map(({ href }) => href)).toEqual([
      `#${new URLSearchParams({ target: READER, route: 'orders' })}`,
      '#forwarder=default',
    ]);
    expect(commandsIn(found)).toContain('xacct redrive orders');
  });

  test('of a route name the target of its last failure', () => {
    const failure = (at: string) => ({ at: `2026-11-26T03:${at}.000Z`, class: 'throttled', reason: at });
    const targets = [
      target('first', { lastFailure: failure('14:10') }),
      target('last', { lastFailure: failure('14:50') }),
      target('well'),
    ];
    const found = details(statusOf([route('orders', { targets })]), '#route=orders');
    expect(found?.failure).toMatchObject({
      reason: '14:50',
      when: expect.stringMatching(/, 40 s ago, at .*\/last$/),
    });
  });

  test('of a route say first why its forwarder fails with all of a batch', () => {
    const batchFailure = { at: '2026-11-26T03:15:00.000Z', reason: 'ssm:GetParameters was denied' };
    const targets = [target('reader', DENIED)];
    const found = details(statusOf([route('orders', { batchFailure, targets })]), '#route=orders');
    expect(found?.failure).toMatchObject({
      class: 'forwarder default fails with all of a batch',
      reason: 'ssm:GetParameters was denied',
      when: expect.stringMatching(/, 30 s ago$/),
    });
  });

  test('of a paused target resume it', () => {
    const one = target('reader', { states: ['paused'] });
    const found = details(statusOf([route('orders', { targets: [one] })]), hashOfTarget('orders', READER));
    expect(commandsIn(found)).toContain('xacct resume orders 222222222222/reader');
  });

  test('say that a forwarder counts by route', () => {
    const one = target('reader', { figures: null });
    const found = details(statusOf([route('orders', { targets: [one] })]), hashOfTarget('orders', READER));
    expect(found?.sentence).toContain('"metrics: route"');
    expect(found?.groups.map(({ title }) => title)).toEqual(['Held now', 'What it is']);
  });

  test('of an account, a forwarder and what is folded lead to what they hold, the worst first', () => {
    const status = manyTargets({ 'reader-17-3': DENIED });
    const account = details(status, '#account=222222222202');
    expect(account).toMatchObject({ name: 'team2 (222222222202)', sentence: '8 functions: 1 with trouble.' });
    expect(account?.links).toHaveLength(8);
    expect(account?.links[0]).toMatchObject({
      name: 'reader-17-3 of route stream-17',
      note: 'denied',
      tone: 'broken',
    });
    expect(commandsIn(account)).toEqual(['xacct doctor --account team2']);

    const forwarders = [{ forwarder: 'default', alarms: [{ watched: 'errors' as const, since: null }] }];
    const forwarder = details({ ...status, forwarders }, '#forwarder=default');
    expect(forwarder).toMatchObject({ states: ['alarm'], alarms: ['errors'], linksTitle: '30 routes' });
    expect(commandsIn(forwarder)).toEqual(['xacct doctor']);

    const rest = details(status, '#rest=accounts');
    expect(rest).toMatchObject({ name: '39 accounts', sentence: '292 targets: all well.' });
    expect(rest?.links.map(({ name }) => name).slice(0, 3)).toEqual(['team0', 'team1', 'team3']);
    expect(details(status, '#rest=streams')?.links).toHaveLength(29);
  });

  test('say so where an address leads to nothing', () => {
    const status = statusOf([route('orders')]);
    expect(details(status, '#route=former')).toMatchObject({
      kind: 'Not here',
      name: 'former',
      sentence: 'The route of this address is not among the routes that are shown.',
    });
    expect(details(status, '#all')).toBeUndefined();
  });

  test('have commands that a shell takes as they are, with the options that the deployment needs', () => {
    const found = details(
      statusOf([route("it's $HOME")]),
      `#${new URLSearchParams({ route: "it's $HOME" })}`,
      [...['--config', 'my routes.yaml', '--profile', 'ops']],
    );
    expect(commandsIn(found)?.[0]).toBe(
      `xacct doctor 'it'\\''s $HOME' --config 'my routes.yaml' --profile ops`,
    );
  });

  test('of a target in another region have its ARN in commands that name one target', () => {
    const arn = 'arn:aws:lambda:eu-west-1:222222222222:function:reader';
    const status = statusOf([
      route('orders', { targets: [target('reader'), target('reader', { target: arn })] }),
    ]);
    const found = details(status, hashOfTarget('orders', arn));
    expect(found?.name).toBe('222222222222/reader (eu-west-1)');
    expect(commandsIn(found)).toContain(`xacct pause orders ${arn}`);
  });

  test('of a local system have the endpoint that commands need, and edit only the file', () => {
    const { system, ...rest } = statusOf([route('orders')]);
    const local: Status = {
      ...rest,
      system: { ...system, kind: 'local', endpoint: 'http://127.0.0.1:4580' },
    };
    const found = details(local, hashOfTarget('orders', READER));
    expect(found?.commandsNote).toContain('AWS_ENDPOINT_URL=http://127.0.0.1:4580');
    expect(commandsIn(found)).toContain('xacct pause orders 222222222222/reader --no-deploy');
    expect(commandsIn(found)?.some((text) => text.startsWith('xacct status'))).toBe(false);
    expect(rowsIn(found)).toMatchObject({ Delivered: '150' });
  });
});
