import { describe, expect, test } from 'vitest';
import { createTargetErrors } from '../../src/demo/target-errors.ts';

const FORWARDER = 'xacct-forwarder-default';
const READER = 'arn:aws:lambda:us-west-2:999999999999:function:reader';
const PRINCIPAL = `arn:aws:sts::111111111111:assumed-role/${FORWARDER}/${FORWARDER}`;
const DENIED = `User: ${PRINCIPAL} is not authorized to perform: ssm:GetParameters on resource: arn:aws:ssm:a because no identity-based policy allows the ssm:GetParameters action`;

const failure = (part: object) => JSON.stringify({ level: 'error', reason: 'it is down', ...part });
const invokeError =
  '2026-01-01T00:00:00.000Z\tid\tERROR\tInvoke Error \t{"errorType":"RouteError","errorMessage":"no route"}';

describe('createTargetErrors', () => {
  const steps = {
    problem: (errors: ReturnType<typeof createTargetErrors>) => errors.readProblem('a stream cannot be read'),
    invocation: (errors: ReturnType<typeof createTargetErrors>) => errors.readLog(FORWARDER, invokeError),
    other: (errors: ReturnType<typeof createTargetErrors>) => errors.readLog('reader', invokeError),
    denial: (errors: ReturnType<typeof createTargetErrors>) =>
      errors.readCall({
        action: 'ssm:GetParameters',
        principal: PRINCIPAL,
        error: 'AccessDeniedException',
        message: DENIED,
      }),
    throttle: (errors: ReturnType<typeof createTargetErrors>) =>
      errors.readCall({ action: 'a:B', principal: PRINCIPAL, error: 'Throttling', message: 'Rate exceeded' }),
    target: (errors: ReturnType<typeof createTargetErrors>) =>
      errors.readLog(FORWARDER, failure({ route: 'orders', target: READER })),
    otherTarget: (errors: ReturnType<typeof createTargetErrors>) =>
      errors.readLog(FORWARDER, failure({ route: 'payments', target: READER })),
  };

  test.each<[string, (keyof typeof steps)[]]>([
    ['no error was reported; the records are on their way still', []],
    ['no error was reported; the records are on their way still', ['other', 'throttle', 'otherTarget']],
    ['a stream cannot be read', ['problem']],
    ['RouteError: no route', ['invocation', 'problem']],
    [`AccessDeniedException: ${DENIED}`, ['denial', 'invocation', 'problem']],
    ['it is down', ['target', 'denial', 'invocation', 'problem']],
  ])('says "%s" after %j', (reason, happened) => {
    const errors = createTargetErrors();
    for (const step of happened) steps[step](errors);
    expect(errors.lastOf('orders', READER, FORWARDER)).toBe(reason);
  });
});
