import type { DeployedQueue } from '../../assembly/deployed-queue.ts';
import { stopSignal } from '../../shared/abort.ts';
import type { Clock } from '../../shared/clock.ts';
import { createQueue, type Queue } from './queue.ts';

/** The queues of all accounts. */
export interface Queues {
  /** Aborts when the queues stop: calls that wait for a message end. */
  readonly signal: AbortSignal;
  /**
   * Adds queues, or changes the attributes of existing ones: their messages stay. A redrive policy leads to a queue that
   * is deployed, too.
   */
  deploy(deployed: Iterable<DeployedQueue>): void;
  find(arn: string): Queue | undefined;
  all(): Queue[];
  stop(): void;
}

/**
 * @param keepsCopy whether a copy of a message deleted from a queue stays, to be received once more
 * @param messagesInFlight maximum for each queue. Default: AWS's own
 */
export function createQueues(
  deployed: Iterable<DeployedQueue>,
  clock: Clock,
  keepsCopy: (queue: DeployedQueue) => boolean = () => false,
  messagesInFlight?: number,
): Queues {
  const queues = new Map<string, Queue>();
  const stopped = stopSignal();
  const add = (attributes: DeployedQueue) => {
    const queue: Queue = createQueue(attributes, {
      clock,
      onDeadLetter: (message) => queues.get(queue.deployed.redrive?.deadLetterArn ?? '')?.moveHere(message),
      keepsCopy,
      messagesInFlight,
    });
    queues.set(attributes.arn, queue);
  };
  const all: Queues = {
    signal: stopped.signal,
    deploy(next) {
      for (const attributes of next) {
        const known = queues.get(attributes.arn);
        if (known === undefined) add(attributes);
        else known.deployed = attributes;
      }
    },
    find: (arn) => queues.get(arn),
    all: () => [...queues.values()],
    stop: () => stopped.abort(),
  };
  all.deploy(deployed);
  return all;
}
