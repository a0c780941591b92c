import { countParts, parameterPartName, StoredRouteError } from '@xacct/core';
import * as limits from '@xacct/core/limits';
import type { GetParameters } from '../aws/get-parameters.ts';

export interface WantedParameter {
  /** Name of the first part. */
  name: string;
  /** The number of parts when it was read last; 1 at first. */
  parts: number;
}

export interface ReadParameter {
  wanted: WantedParameter;
  /** One for each part; empty when the first part does not exist. */
  values: string[];
}

/**
 * Reads a route's parameters, and those of other routes as far as there is room in the same call. The wanted one is the first
 * of the answer.
 *
 * @throws {StoredRouteError} `mixed` when a part of the wanted route is missing
 */
export type ReadParameters = (
  wanted: WantedParameter,
  along: readonly WantedParameter[],
  signal: AbortSignal,
) => Promise<ReadParameter[]>;

const NAMES = limits.ssm.getParametersNames;

export function createReadParameters(getParameters: GetParameters): ReadParameters {
  async function valuesOf(names: readonly string[], signal: AbortSignal): Promise<Map<string, string>> {
    const values = new Map<string, string>();
    for (let first = 0; first < names.length; first += NAMES) {
      const parameters = await getParameters(names.slice(first, first + NAMES), signal);
      for (const { Name = '', Value = '' } of parameters) values.set(Name, Value);
    }
    return values;
  }

  /** If a route has more parts than before, the others are read in a call of their own. */
  async function complete(wanted: WantedParameter, known: Map<string, string>, signal: AbortSignal) {
    const first = known.get(wanted.name);
    if (first === undefined) return [];
    // Kept at once: where the next call is throttled, the one after it asks for all parts together.
    wanted.parts = countParts(first);
    const names = partNames(wanted.name, wanted.parts);
    const others = await valuesOf(
      names.filter((name) => !known.has(name)),
      signal,
    );
    return names.map((name) => {
      const value = known.get(name) ?? others.get(name);
      if (value === undefined) throw new StoredRouteError('mixed', `Parameter ${name} does not exist`);
      return value;
    });
  }

  return async (wanted, along, signal) => {
    const names = partNames(wanted.name, wanted.parts);
    const others: WantedParameter[] = [];
    let room = NAMES - (names.length % NAMES || NAMES);
    for (const other of along) {
      if (other.parts > room) break;
      others.push(other);
      room -= other.parts;
    }
    const otherNames = others.flatMap(({ name, parts }) => partNames(name, parts));
    const known = await valuesOf([...names, ...otherNames], signal).catch((error: Error) => {
      // The role may not read parameters of a route that is gone; one such name denies the entire call.
      if (otherNames.length === 0 || !error.name.startsWith('AccessDenied')) throw error;
      return valuesOf(names, signal);
    });
    const values = await complete(wanted, known, signal);
    const read = others.filter((other) =>
      partNames(other.name, other.parts).every((name) => known.has(name)),
    );
    return [
      { wanted, values },
      ...read.map((other) => ({
        wanted: other,
        values: partNames(other.name, other.parts).map((name) => known.get(name) ?? ''),
      })),
    ];
  };
}

function partNames(parameter: string, parts: number): string[] {
  return Array.from({ length: parts }, (_, part) => parameterPartName(parameter, part));
}
