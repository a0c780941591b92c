/** The answer of a function that was left behind. It may come while the environment handles a later batch. */
export interface LateAnswer {
  /** True: the target has the chunk. False: it failed, or did not answer in time. Never settles if the environment ends. */
  delivered: Promise<boolean>;
  /** Epoch ms at which the call ends at the latest. */
  endsAt: number;
}
