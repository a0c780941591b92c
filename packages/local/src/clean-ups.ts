/** What is to be undone at the end. */
export interface CleanUps {
  /** Nothing is left to undo. */
  readonly done: boolean;
  add(cleanUp: () => Promise<unknown> | unknown): void;
  /**
   * Undoes everything, the last first. Runs all clean-ups even if one fails.
   *
   * @throws the first error
   */
  run(): Promise<void>;
}

export function createCleanUps(): CleanUps {
  const cleanUps: (() => Promise<unknown> | unknown)[] = [];
  return {
    get done() {
      return cleanUps.length === 0;
    },
    add: (cleanUp) => void cleanUps.push(cleanUp),
    async run() {
      const failures: unknown[] = [];
      for (let cleanUp = cleanUps.pop(); cleanUp !== undefined; cleanUp = cleanUps.pop()) {
        try {
          await cleanUp();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
