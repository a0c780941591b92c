import { limits } from '@xacct/core';
import type { Calls } from '../aws/control.ts';
import { type Figures, run, type Setup } from '../setup.ts';
import { eventOf, parametersOf, targetsOf } from '../traffic.ts';

const TARGETS = 10;

/** 1 where a warm invocation makes one Invoke for each target and chunk, and nothing else over no new connection. */
export async function measureCalls(setup: Setup): Promise<Figures> {
  const { aws, bundles } = setup;
  await aws.set({
    parameters: parametersOf('calls', targetsOf(TARGETS), aws.environment.AWS_ENDPOINT_URL_SQS ?? ''),
  });
  const chunks = 3;
  // A little less than three chunks' worth, in records of 25 KB.
  const event = eventOf('calls', 100, (chunks - 0.5) * limits.invoke.eventPayloadBytes);
  const seen = await run<Calls>(setup, 'calls.ts', { input: { bundle: bundles.deployed, event } });
  const others = seen.assumeRoles + seen.parameterReads + seen.messages + seen.connections;
  return {
    warmCallsExact: Number(seen.invokes === TARGETS * chunks && others === 0),
    warmInvokes: seen.invokes,
    warmNewConnections: seen.connections,
  };
}
