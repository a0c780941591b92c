import type { CallSqs } from '../src/aws/call-sqs.ts';
import type { ExecutionEnvironment } from './environments.ts';
import type { Queue } from './queue.ts';
import { lineageOf } from './recursion.ts';
import type { ServiceCall } from './service-call.ts';
import { serviceError } from './service-error.ts';

/** The queues as the handler in one environment reaches them. */
export function createSqs(options: {
  environment: ExecutionEnvironment;
  call: ServiceCall;
  queues: readonly Queue[];
}): CallSqs {
  const { environment, call, queues } = options;
  const byUrl = new Map(queues.map((queue) => [queue.url, queue]));

  const queueOf = (url: string): Queue => {
    const queue = byUrl.get(url);
    if (queue === undefined) throw serviceError('QueueDoesNotExist', 400, url);
    return queue;
  };

  return (_operation, input, signal) => {
    const lineage = lineageOf(environment);
    const perform = () => {
      const queue = queueOf(input.QueueUrl);
      if (!('MessageBody' in input)) {
        const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queue.deadLetterArn });
        return { Attributes: { RedrivePolicy } };
      }
      const { MessageBody: body, MessageGroupId: group, DelaySeconds: delaySeconds } = input;
      queue.send({ body, group, delaySeconds, lineage });
      return {};
    };
    return call({ service: 'sqs', perform, signal });
  };
}
