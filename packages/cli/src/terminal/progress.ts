import yoctoSpinner from 'yocto-spinner';

/** One long step under way. */
export interface Step {
  /** Shows the progress, on a terminal only. */
  update(text: string): void;
  /** Ends the step with a line that stays. */
  done(text: string): void;
  /** Ends the step without output, for the error that follows. */
  abandon(): void;
}

export interface StepOptions {
  /** Whether it may take minutes. Then a log shows its start on a line of its own, too. */
  isLong?: boolean;
}

/** Shows a step on standard error: a spinner on a terminal, a plain line at its end elsewhere. */
export function startStep(text: string, { isLong = false }: StepOptions = {}): Step {
  if (!process.stderr.isTTY) {
    if (isLong) process.stderr.write(`${text}\n`);
    return {
      update() {},
      done: (result) => void process.stderr.write(`${result}\n`),
      abandon() {},
    };
  }
  const spinner = yoctoSpinner({ text, stream: process.stderr }).start();
  return {
    update(progress) {
      spinner.text = progress;
    },
    done: (result) => void spinner.success(result),
    abandon: () => void spinner.stop(),
  };
}

/** Runs a step from its start to its last line. */
export async function step<T>(
  text: string,
  work: (step: Step) => Promise<T>,
  done: (result: T) => string,
  options: StepOptions = {},
): Promise<T> {
  const running = startStep(text, options);
  try {
    const result = await work(running);
    running.done(done(result));
    return result;
  } catch (error) {
    running.abandon();
    throw error;
  }
}
