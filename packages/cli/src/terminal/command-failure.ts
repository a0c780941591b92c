/** Ends a command with a message for its user, without a stack trace. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  /** 1: the work failed. 2: wrong usage. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
