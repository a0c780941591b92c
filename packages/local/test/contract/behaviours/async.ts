import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { expect, vi } from 'vitest';
import type { Aws, CallBehaviour, Seen } from '../aws.ts';
import { queueUrlOf, targetFunctionArn } from '../names.ts';
import { QueueLog } from '../queue-log.ts';

const source = 'https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html';

export const asyncBehaviours: CallBehaviour[] = [
  {
    name: 'A function that fails gets an event twice more, a minute and two minutes later',
    source,
    localOnly: 'three minutes would have to pass by themselves',
    async check(aws) {
      const times = await queueEvent(aws, { id: 'fails', throw: 9 });
      await vi.waitFor(async () => expect(await times()).toBe(1), { timeout: aws.patienceMs });
      for (const [index, waitMs] of [60_000, 120_000].entries()) {
        aws.advance?.(waitMs - 1_000);
        expect(await times()).toBe(index + 1);
        // The wait begins when the function has failed, which may be after the clock was moved.
        await vi.waitFor(
          async () => {
            if ((await times()) === index + 1) aws.advance?.(1_001);
            expect(await times()).toBe(index + 2);
          },
          { timeout: aws.patienceMs },
        );
      }
      aws.advance?.(3_600_000);
      expect(await times()).toBe(3);
    },
  },
];

/** @returns how often the function got the event so far */
async function queueEvent(aws: Aws, event: { id: string; throw: number }): Promise<() => Promise<number>> {
  const seen = new QueueLog<Seen>(aws.config('target'), queueUrlOf(aws.world, 'seen', aws.world.target));
  const lambda = new LambdaClient(aws.config('target'));
  const FunctionName = targetFunctionArn(aws.world);
  const Payload = Buffer.from(JSON.stringify(event));
  await lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload }));
  lambda.destroy();
  return async () => (await seen.read()).filter(({ ids }) => ids.includes(event.id)).length;
}
