import { isObject } from '@xacct/core';
import { NotSupportedError } from '../shared/aws-error.ts';
import type { Resource } from './read-template.ts';

/** Typed access to the properties of one resource; a value of another type is refused, with its place. */
export interface Properties {
  text(name: string): string;
  number(name: string, fallback?: number): number;
  /** Without a fallback the property is required. Both ends of the range are in it. */
  integer(name: string, range: readonly [least: number, most: number], fallback?: number): number;
  boolean(name: string, fallback: boolean): boolean;
  /** Without a fallback the property is required. */
  oneOf<T extends string>(name: string, allowed: readonly T[], fallback?: T): T;
  texts(name: string): string[];
  /** @param known the properties of each object that the local AWS knows; any other is refused */
  objects(name: string, known?: readonly string[]): Properties[];
  /** @param known the properties of the object that the local AWS knows; any other is refused */
  object(name: string, known: readonly string[]): Properties;
  /** An object of names that the template's author chose, all with text. */
  textsByName(name: string): Record<string, string>;
  /** The value, unchecked. */
  raw(name: string): unknown;
}

/** A resource with typed access to its properties. */
export interface TypedResource extends Omit<Resource, 'properties'> {
  properties: Properties;
}

export function createProperties({
  properties: values,
  where,
}: Pick<Resource, 'properties' | 'where'>): Properties {
  const refuse = (name: string, value: unknown): never => {
    throw new NotSupportedError(`${name} ${value === undefined ? 'missing' : JSON.stringify(value)}`, where);
  };
  const nest = (name: string, value: unknown, known?: readonly string[]) => {
    if (!isObject(value)) return refuse(name, value);
    const unknown = known && Object.keys(value).find((key) => !known.includes(key));
    if (unknown !== undefined) throw new NotSupportedError(`the property ${name}.${unknown}`, where);
    return createProperties({ properties: value, where: `${where} ${name}` });
  };
  const properties: Properties = {
    text(name) {
      const value = values[name];
      return typeof value === 'string' ? value : refuse(name, value);
    },
    number(name, fallback) {
      const value = values[name] ?? fallback;
      return typeof value === 'number' ? value : refuse(name, value);
    },
    integer(name, [least, most], fallback) {
      const value = properties.number(name, fallback);
      if (Number.isInteger(value) && value >= least && value <= most) return value;
      return refuse(`${name}, an integer of ${least}–${most}:`, value);
    },
    boolean(name, fallback) {
      const value = values[name] ?? fallback;
      return typeof value === 'boolean' ? value : refuse(name, value);
    },
    oneOf(name, allowed, fallback) {
      const value = values[name] ?? fallback;
      return allowed.find((one) => one === value) ?? refuse(name, value);
    },
    texts(name) {
      const value = values[name] ?? [];
      if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
      return refuse(name, value);
    },
    objects(name, known) {
      const value = values[name] ?? [];
      return Array.isArray(value) ? value.map((item) => nest(name, item, known)) : refuse(name, value);
    },
    object: (name, known) => nest(name, values[name] ?? {}, known),
    textsByName(name) {
      const nested = nest(name, values[name] ?? {});
      return Object.fromEntries(Object.keys(Object(values[name])).map((key) => [key, nested.text(key)]));
    },
    raw: (name) => values[name],
  };
  return properties;
}
