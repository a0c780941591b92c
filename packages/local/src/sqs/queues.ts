import { stopSignal } from '../abort.ts';
import type { DeployedQueue } from '../assembly/deployed-queue.ts';
import type { Clock } from '../clock.ts';
import { Queue } from './queue.ts';

/** The queues of all accounts. */
export class Queues {
  readonly #queues = new Map<string, Queue>();
  readonly #clock: Clock;
  readonly #stopped = stopSignal();

  /** @param deployed a redrive policy among them leads to a queue among them */
  constructor(deployed: Iterable<DeployedQueue>, clock: Clock) {
    this.#clock = clock;
    this.deploy(deployed);
  }

  /** Adds queues, or changes the attributes of those that are there: their messages stay. */
  deploy(deployed: Iterable<DeployedQueue>): void {
    for (const attributes of deployed) {
      const known = this.#queues.get(attributes.arn);
      if (known === undefined) this.#queues.set(attributes.arn, this.#create(attributes));
      else known.deployed = attributes;
    }
  }

  #create(attributes: DeployedQueue): Queue {
    const queue = new Queue(attributes, this.#clock, (message) =>
      this.#queues.get(queue.deployed.redrive?.deadLetterArn ?? '')?.moveHere(message),
    );
    return queue;
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
