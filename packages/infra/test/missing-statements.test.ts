import { describeDenial, readDenial } from '@xacct/core';
import {
  type Deployed,
  evaluate,
  parseIdentityPolicy,
  parseTrustPolicy,
  type Request,
  requireAllowed,
  type StackArtifact,
} from '@xacct/local/deployed';
import { createAccessKeys, createRoles } from '@xacct/local/monitored';
import { beforeAll, describe, expect, test } from 'vitest';
import { needsOf } from './needs.ts';
import { at, deployWithout, ROUTES, readStacks, statementPaths } from './statements-of-templates.ts';

const NEEDS = needsOf(ROUTES);

let stacks: StackArtifact[];
beforeAll(async () => {
  stacks = await readStacks();
});

/** What the local AWS answers to a call that IAM denies. */
function refusalOf({ principal, ...call }: Request, deployed: Deployed): string {
  try {
    if ('service' in principal) {
      const roles = createRoles(createAccessKeys(), { now: Date.now, sleep: async () => {} });
      roles.deploy(deployed.roles.values());
      roles.startServiceSession(call.resource, principal.service, 'session', 900);
    } else requireAllowed({ principal, ...call });
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error(`${call.action} on ${call.resource} is allowed`);
}

/** The call, with the statement that is said to be missing. */
function repaired(call: Request, message: string): Request {
  const { statement, place = '' } = readDenial(message)?.missing ?? {};
  const document = { Version: '2012-10-17', Statement: [statement] };
  if (!place.startsWith('the policies')) {
    const added = statement?.Resource === undefined ? parseTrustPolicy(document, place) : [];
    return { ...call, resourcePolicy: [...(call.resourcePolicy ?? []), ...added] };
  }
  if ('service' in call.principal) throw new Error('A service has no policies');
  const policies = [...call.principal.policies, parseIdentityPolicy(document, place)];
  return { ...call, principal: { ...call.principal, policies } };
}

describe('the sentence about a denied call', () => {
  test('names caller, action, resource and the missing statement, for each statement of every template', () => {
    const silent: string[] = [];
    let read = 0;
    for (const { name, template } of stacks) {
      for (const path of statementPaths(template)) {
        const removed = at(template, path);
        // Without a Deny nothing is denied.
        if (removed.Effect === 'Deny') continue;
        const deployed = deployWithout(stacks, name, path);
        const denied = NEEDS.flatMap(({ calls }) => calls(deployed)).filter(
          (call) => call !== undefined && !evaluate(call).allowed,
        );
        if (denied.length === 0) silent.push(`${name} ${removed.Sid}`);
        for (const call of denied) {
          if (call === undefined) continue;
          const message = refusalOf(call, deployed);
          const denial = readDenial(message);
          const caller = 'service' in call.principal ? call.principal.service : roleOf(call.principal.arn);
          expect(denial).toMatchObject({ caller, action: call.action, resource: call.resource });
          expect(describeDenial(denial ?? fail())).toContain(
            `${caller} was denied ${call.action} on ${call.resource}: the`,
          );
          expect(evaluate(repaired(call, message)), message).toEqual({ allowed: true });
          read += 1;
        }
      }
    }
    expect(silent).toEqual([]);
    expect(read).toBeGreaterThan(100);
  });
});

function roleOf(sessionArn: string): string {
  const [, account, name] = /::(\d+):assumed-role\/([^/]+)\//.exec(sessionArn) ?? [];
  return name === undefined ? sessionArn : `role ${name} of account ${account}`;
}

function fail(): never {
  throw new Error('No denial was read');
}
