import { AwsError } from '../aws-error.ts';

/** Typed access to the body of a call in AWS's JSON protocol. What is not asked for by name can be refused by name. */
export class Input {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #operation: string;

  constructor(values: Readonly<Record<string, unknown>>, operation: string) {
    this.#values = values;
    this.#operation = operation;
  }

  refuseOthers(...known: string[]): void {
    const unknown = Object.keys(this.#values).find((name) => !known.includes(name));
    if (unknown !== undefined)
      throw invalid(`The local AWS does not know the parameter ${unknown} of ${this.#operation}`);
  }

  text(name: string, pattern = /./s): string {
    const value = this.optionalText(name);
    if (value === undefined)
      throw invalid(`Value null at '${name}' failed to satisfy constraint: Member must not be null`);
    if (!pattern.test(value))
      throw invalid(
        `Value '${value}' at '${name}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern.source}`,
      );
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.#values[name];
    if (value === undefined || typeof value === 'string') return value;
    throw invalid(`Value at '${name}' must be text, got ${JSON.stringify(value)}`);
  }

  /** Both ends of the range are in it. */
  integer(name: string, range: { fallback: number; least: number; most: number }): number {
    const value = this.#values[name] ?? range.fallback;
    if (Number.isInteger(value) && Number(value) >= range.least && Number(value) <= range.most)
      return Number(value);
    throw invalid(
      `Value '${JSON.stringify(value)}' at '${name}' failed to satisfy constraint: Member must be between ${range.least} and ${range.most}`,
    );
  }

  /** With one element at least. */
  list(name: string): unknown[] {
    const value = this.#values[name];
    if (Array.isArray(value) && value.length > 0) return value;
    throw invalid(`Value at '${name}' must be a list with one element at least`);
  }
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
