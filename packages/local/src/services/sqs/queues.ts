import { stopSignal } from '../../abort.ts';
import type { DeployedQueue } from '../../assembly/deployed-queue.ts';
import type { Clock } from '../../clock.ts';
import { Queue } from './queue.ts';

/** The queues of all accounts. */
export class Queues {
  readonly #queues = new Map<string, Queue>();
  readonly #clock: Clock;
  readonly #stopped = stopSignal();

  readonly #keepsCopy: (queue: DeployedQueue) => boolean;
  readonly #messagesInFlight: number | undefined;

  /**
   * @param deployed a redrive policy among them leads to a queue among them
   * @param keepsCopy whether a copy of a message deleted there stays, to be received once more
   * @param messagesInFlight of each queue at the most. Default: AWS's own bound
   */
  constructor(
    deployed: Iterable<DeployedQueue>,
    clock: Clock,
    keepsCopy: (queue: DeployedQueue) => boolean = () => false,
    messagesInFlight?: number,
  ) {
    this.#clock = clock;
    this.#keepsCopy = keepsCopy;
    this.#messagesInFlight = messagesInFlight;
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
    const queue = new Queue(
      attributes,
      this.#clock,
      (message) => this.#queues.get(queue.deployed.redrive?.deadLetterArn ?? '')?.moveHere(message),
      () => this.#keepsCopy(queue.deployed),
      this.#messagesInFlight,
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
