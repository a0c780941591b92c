import { StoredRouteError } from '@xacct/core';
import { describe, expect, test } from 'vitest';
import { createReadParameters } from '../../src/routes/read-parameters.ts';

const { signal } = new AbortController();

/** The parameters of a route of so many parts, as they are stored. */
function partsOf(name: string, parts: number): [string, string][] {
  return Array.from({ length: parts }, (_, part) => [
    part === 0 ? name : `${name}/${part}`,
    `xacct/1 0123456789abcdef ${part}/${parts}\n${name} ${part}`,
  ]);
}

function setUp(...stored: [string, string][]) {
  const parameters = new Map(stored);
  const calls: { names: readonly string[]; signal: AbortSignal }[] = [];
  const fails: Error[] = [];
  const readParameters = createReadParameters(async (names, passed) => {
    calls.push({ names, signal: passed });
    const error = fails.shift();
    if (error !== undefined) throw error;
    return names
      .filter((name) => parameters.has(name))
      .map((Name) => ({ Name, Value: parameters.get(Name) }));
  });
  const names = () => calls.map((call) => call.names);
  return { parameters, calls, names, fails, readParameters };
}

const texts = (name: string, parts: number) => partsOf(name, parts).map(([, text]) => text);
/** `/a` to `/l`, of one part each. */
const routes = [...'abcdefghijkl'].map((letter) => `/${letter}`);

describe('createReadParameters', () => {
  test('reads a route of one part with one call, which ends with the signal', async () => {
    const { readParameters, calls } = setUp(...partsOf('/a', 1));
    const wanted = { name: '/a', parts: 1 };

    expect(await readParameters(wanted, [], signal)).toEqual([{ wanted, values: texts('/a', 1) }]);
    expect(calls).toEqual([{ names: ['/a'], signal }]);
  });

  test('has no values of a route whose first part does not exist', async () => {
    const { readParameters } = setUp();
    const wanted = { name: '/a', parts: 2 };

    expect(await readParameters(wanted, [], signal)).toEqual([{ wanted, values: [] }]);
  });

  test('reads parts that it did not know of by themselves, and keeps how many there are', async () => {
    const { readParameters, names } = setUp(...partsOf('/a', 3));
    const wanted = { name: '/a', parts: 1 };

    expect(await readParameters(wanted, [], signal)).toEqual([{ wanted, values: texts('/a', 3) }]);
    expect(names()).toEqual([['/a'], ['/a/1', '/a/2']]);
    expect(wanted.parts).toBe(3);
  });

  test('reads ten names at a time, in order', async () => {
    const { readParameters, names } = setUp(...partsOf('/a', 12));
    const [read] = await readParameters({ name: '/a', parts: 12 }, [], signal);

    expect(read?.values).toEqual(texts('/a', 12));
    expect(names().map(({ length }) => length)).toEqual([10, 2]);
  });

  test('makes one call for ten parts', async () => {
    const { readParameters, names } = setUp(...partsOf('/a', 10));
    await readParameters({ name: '/a', parts: 10 }, [], signal);

    expect(names()).toHaveLength(1);
  });

  test('names the part that is missing', async () => {
    const { readParameters } = setUp(...partsOf('/a', 3).slice(0, 2));

    await expect(readParameters({ name: '/a', parts: 3 }, [], signal)).rejects.toThrow(
      new StoredRouteError('mixed', 'Parameter /a/2 does not exist'),
    );
  });

  describe('with other routes', () => {
    const all = () => setUp(...routes.flatMap((name) => partsOf(name, 1)), ...partsOf('/large', 3));
    const one = (name: string) => ({ name, parts: 1 });

    test('reads as many along as there is room for in the call', async () => {
      const { readParameters, names } = all();
      const [wanted = one(''), ...along] = routes.map(one);
      const read = await readParameters(wanted, along, signal);

      expect(names()).toEqual([routes.slice(0, 10)]);
      expect(read).toEqual(
        routes.slice(0, 10).map((name) => ({ wanted: one(name), values: texts(name, 1) })),
      );
    });

    test('reads all parts of one along, or none', async () => {
      const { readParameters, names } = all();
      const large = { name: '/large', parts: 3 };
      const others = routes.slice(1).map(one);
      await readParameters(one('/a'), [...others.slice(0, 6), large, ...others.slice(6)], signal);
      await readParameters(one('/a'), [...others.slice(0, 7), large, ...others.slice(7)], signal);

      expect(names()).toEqual([
        [...routes.slice(0, 7), '/large', '/large/1', '/large/2'],
        routes.slice(0, 8),
      ]);
    });

    test('fills the last call of a route of many parts', async () => {
      const { readParameters, names, parameters } = all();
      for (const [name, text] of partsOf('/wanted', 12)) parameters.set(name, text);
      await readParameters({ name: '/wanted', parts: 12 }, routes.map(one), signal);

      expect(names().map(({ length }) => length)).toEqual([10, 10]);
      expect(names()[1]?.slice(2)).toEqual(routes.slice(0, 8));
    });

    test('reads none along where its own parts fill the call', async () => {
      const { readParameters, names, parameters } = all();
      for (const [name, text] of partsOf('/wanted', 10)) parameters.set(name, text);
      await readParameters({ name: '/wanted', parts: 10 }, routes.map(one), signal);

      expect(names().map(({ length }) => length)).toEqual([10]);
    });

    test('leaves out one of which a part is missing', async () => {
      const { readParameters, parameters } = all();
      parameters.delete('/large/1');
      const wanted = one('/a');

      expect(await readParameters(wanted, [{ name: '/large', parts: 3 }, one('/b')], signal)).toEqual([
        { wanted, values: texts('/a', 1) },
        { wanted: one('/b'), values: texts('/b', 1) },
      ]);
    });

    const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' });

    test('reads only its own when it may not read all of them', async () => {
      const { readParameters, names, fails } = all();
      fails.push(denied);
      const wanted = one('/a');

      expect(await readParameters(wanted, [one('/b')], signal)).toEqual([{ wanted, values: texts('/a', 1) }]);
      expect(names()).toEqual([['/a', '/b'], ['/a']]);
    });

    test.for([
      { what: 'it may not read its own', error: denied, along: [] },
      { what: 'the call fails otherwise', error: new Error('throttled'), along: [one('/b')] },
    ])('fails when $what', async ({ error, along }) => {
      const { readParameters, names, fails } = all();
      fails.push(error);

      await expect(readParameters(one('/a'), along, signal)).rejects.toBe(error);
      expect(names()).toHaveLength(1);
    });
  });
});
