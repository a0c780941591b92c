import { afterEach, describe, expect, test, vi } from 'vitest';
import { createFeed } from '../../src/local/feed/feed.ts';
import { openOutput } from '../../src/local/output.ts';

const DENIED =
  'User: arn:aws:sts::111111111111:assumed-role/xacct-forwarder-default/xacct-forwarder-default is not authorized to perform: ssm:GetParameters on resource: arn:aws:ssm:a because no identity-based policy allows the ssm:GetParameters action';
const SENTENCE =
  'role xacct-forwarder-default of account 111111111111 was denied ssm:GetParameters on arn:aws:ssm:a: the policies of role xacct-forwarder-default of account 111111111111 lack {"Effect":"Allow","Action":"ssm:GetParameters","Resource":"arn:aws:ssm:a"}';

function observe() {
  const written: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  const feed = createFeed();
  const { events } = openOutput(feed, { json: false });
  const nothing = {
    endpoint: '',
    region: 'us-west-2',
    routes: [],
    queues: [],
    alarms: [],
    objectKeys: () => [],
  };
  const failures = () => feed.status(nothing, new Map()).failures.map(({ reason }) => reason);
  return { written, failures, events };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('openOutput', () => {
  test('says who was denied what, and which statement is missing', () => {
    const { written, failures, events } = observe();
    events.onCall?.({
      action: 'ssm:GetParameters',
      principal: 'arn:aws:sts::111111111111:assumed-role/xacct-forwarder-default/xacct-forwarder-default',
      error: 'AccessDeniedException',
      message: DENIED,
    });
    expect(written.join('')).toBe(
      `ssm:GetParameters failed: AccessDeniedException: ${DENIED}\n  ${SENTENCE}\n`,
    );
    expect(failures()).toEqual([SENTENCE]);
  });

  test('says so of a problem that concerns no single target', () => {
    const { written, failures, events } = observe();
    events.onProblem?.(`Queue retry cannot be polled: ${DENIED}`);
    expect(written.join('')).toBe(`Queue retry cannot be polled: ${DENIED}\n  ${SENTENCE}\n`);
    expect(failures()).toEqual([`Queue retry cannot be polled: ${DENIED}. ${SENTENCE}`]);
  });

  test('says when an alarm is raised, and when it is over', () => {
    const { written, events } = observe();
    const deployed = {
      name: 'xacct-route-orders-failed',
      description: 'records have to be read again',
    } as never;
    events.onAlarm?.({ deployed, state: 'OK', reason: 'a', since: 0 }, 'INSUFFICIENT_DATA');
    expect(written).toEqual([]);
    events.onAlarm?.({ deployed, state: 'ALARM', reason: 'b', since: 0 }, 'OK');
    events.onAlarm?.({ deployed, state: 'OK', reason: 'c', since: 0 }, 'ALARM');
    const raised = 'Alarm xacct-route-orders-failed is raised: records have to be read again';
    expect(written).toEqual([`${raised}\n`, 'Alarm xacct-route-orders-failed is over\n']);
  });
});
