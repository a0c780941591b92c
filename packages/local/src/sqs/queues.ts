import { stopSignal } from '../abort.ts';
import type { DeployedQueue } from '../assembly/deployed-queue.ts';
import type { Clock } from '../clock.ts';
import { Queue } from './queue.ts';

/** The queues of all accounts. */
export class Queues {
  readonly #queues: ReadonlyMap<string, Queue>;
  readonly #stopped = stopSignal();

  /**
   * @param deployed a redrive policy among them leads to a queue among them
   * @param keepsCopy whether a copy of a message deleted there stays, to be received once more
   */
  constructor(
    deployed: Iterable<DeployedQueue>,
    clock: Clock,
    keepsCopy: (queue: DeployedQueue) => boolean = () => false,
  ) {
    this.#queues = new Map(
      Array.from(deployed, (queue) => [
        queue.arn,
        new Queue(
          queue,
          clock,
          (message) => this.#queues.get(queue.redrive?.deadLetterArn ?? '')?.moveHere(message),
          () => keepsCopy(queue),
        ),
      ]),
    );
  }

  /** Aborts when the queues are stopped, and with them the calls that wait for a message. */
  get signal(): AbortSignal {
    return this.#stopped.signal;
  }

  find(arn: string): Queue | undefined {
    return this.#queues.get(arn);
  }

  all(): Queue[] {
    return [...this.#queues.values()];
  }

  stop(): void {
    this.#stopped.abort();
  }
}
