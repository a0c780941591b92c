import { NotSupportedError } from '../shared/aws-error.ts';
import type { Resource } from './read-template.ts';

/** Typed access to the properties of one resource; a value of another type is refused, with its place. */
export class Properties {
  readonly #properties: Record<string, unknown>;
  readonly #where: string;

  constructor({ properties, where }: Pick<Resource, 'properties' | 'where'>) {
    this.#properties = properties;
    this.#where = where;
  }

  text(name: string): string {
    const value = this.#properties[name];
    return typeof value === 'string' ? value : this.#refuse(name, value);
  }

  number(name: string, fallback?: number): number {
    const value = this.#properties[name] ?? fallback;
    return typeof value === 'number' ? value : this.#refuse(name, value);
  }

  /** Without a fallback the property is required. Both ends of the range are in it. */
  integer(
    name: string,
    { fallback, least, most }: { fallback?: number; least: number; most: number },
  ): number {
    const value = this.number(name, fallback);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    return this.#refuse(`${name}, a whole number of ${least}–${most}:`, value);
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.#properties[name] ?? fallback;
    return typeof value === 'boolean' ? value : this.#refuse(name, value);
  }

  texts(name: string): string[] {
    const value = this.#properties[name] ?? [];
    return Array.isArray(value) && value.every((item) => typeof item === 'string')
      ? value
      : this.#refuse(name, value);
  }

  /** @param known the properties of each object that the local AWS knows; any other is refused */
  objects(name: string, known?: readonly string[]): Properties[] {
    const value = this.#properties[name] ?? [];
    if (!Array.isArray(value)) return this.#refuse(name, value);
    return value.map((item) => this.#nest(name, item, known));
  }

  /** @param known the properties of the object that the local AWS knows; any other is refused */
  object(name: string, known: readonly string[]): Properties {
    return this.#nest(name, this.#properties[name] ?? {}, known);
  }

  /** An object of names that the template's author chose, all with text. */
  textsByName(name: string): Record<string, string> {
    const nested = this.#nest(name, this.#properties[name] ?? {});
    return Object.fromEntries(Object.keys(nested.#properties).map((key) => [key, nested.text(key)]));
  }

  /** The value, unchecked. */
  raw(name: string): unknown {
    return this.#properties[name];
  }

  #nest(name: string, value: unknown, known?: readonly string[]): Properties {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return this.#refuse(name, value);
    const unknown = known && Object.keys(value).find((key) => !known.includes(key));
    if (unknown !== undefined) throw new NotSupportedError(`the property ${name}.${unknown}`, this.#where);
    return new Properties({ properties: value as Record<string, unknown>, where: `${this.#where} ${name}` });
  }

  #refuse(name: string, value: unknown): never {
    throw new NotSupportedError(
      `${name} ${value === undefined ? 'missing' : JSON.stringify(value)}`,
      this.#where,
    );
  }
}
