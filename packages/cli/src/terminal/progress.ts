import yoctoSpinner from 'yocto-spinner';

/** A step under way. */
export interface Step {
  /** Shows the progress, on a terminal only. */
  update(text: string): void;
}

/**
 * Runs a step, and shows it on standard error: a spinner on a terminal, a plain line at its end elsewhere. A step that fails
 * leaves no line: the error follows.
 *
 * @param done the line that stays
 * @param options `isLong`: whether it may take minutes; then a log shows its start on a line of its own, too
 */
export async function step<T>(
  text: string,
  work: (step: Step) => Promise<T>,
  done: (result: T) => string,
  { isLong = false } = {},
): Promise<T> {
  const { stderr } = process;
  const spinner = stderr.isTTY ? yoctoSpinner({ text, stream: stderr }).start() : undefined;
  if (spinner === undefined && isLong) stderr.write(`${text}\n`);
  const update = (progress: string) => {
    if (spinner !== undefined) spinner.text = progress;
  };
  try {
    const result = await work({ update });
    if (spinner === undefined) stderr.write(`${done(result)}\n`);
    else spinner.success(done(result));
    return result;
  } catch (error) {
    spinner?.stop();
    throw error;
  }
}
