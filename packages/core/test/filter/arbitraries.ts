import fc from 'fast-check';
import { type FilterPattern, limits } from '../../src/index.ts';

const anyKey = fc.oneof(
  fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor', 'toString', 'prefix', '{{'),
  fc.string({ maxLength: 5 }).filter((key) => key !== '$or'),
);
const anyNumber = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.double({ min: -5e9, max: 5e9, noNaN: true }).map((number) => number + 0),
);
export const anyPlainValue = fc.oneof(
  fc.constantFrom('a', 'ab', '{{', '{{{b}}', 'ключ 🔑'),
  fc.string(),
  anyNumber,
  fc.boolean(),
  fc.constant(null),
);

/** Made by JSON.parse, so that a key `__proto__` is one like any other. */
function objectOf<T>(value: fc.Arbitrary<T>, minKeys: number): fc.Arbitrary<Record<string, T>> {
  return fc
    .uniqueArray(fc.tuple(anyKey, value), { minLength: minKeys, maxLength: 4, selector: ([key]) => key })
    .map((entries) =>
      JSON.parse(`{${entries.map(([key, item]) => `${JSON.stringify(key)}:${JSON.stringify(item)}`)}}`),
    );
}

/** Objects in objects down to leaves, of which there is at least one. */
export const anyNestedObject: fc.Arbitrary<Record<string, unknown>> = fc.letrec<{
  object: Record<string, unknown>;
  value: unknown;
}>((tie) => ({
  object: objectOf(tie('value'), 1),
  value: fc.oneof({ maxDepth: 3 }, anyPlainValue, tie('object')),
})).object;

export const anyJson: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    anyPlainValue,
    objectOf(tie('value'), 0),
    fc.array(tie('value'), { maxLength: 4 }),
  ),
})).value;

const anyBound = fc.integer({ min: -10, max: 10 });
const anyOperator = fc.oneof(
  fc
    .constantFrom('prefix', 'suffix', 'equals-ignore-case')
    .chain((name) => fc.string({ maxLength: 2 }).map((text) => ({ [name]: text }))),
  fc
    .oneof(
      fc.string(),
      anyBound,
      fc.array(fc.string(), { minLength: 1 }),
      fc.array(anyBound, { minLength: 1 }),
    )
    .map((values) => ({ 'anything-but': values })),
  fc.tuple(fc.constantFrom('=', '<', '<=', '>', '>='), anyBound).map((numeric) => ({ numeric })),
  fc
    .tuple(fc.constantFrom('>', '>='), anyBound, fc.constantFrom('<', '<='), fc.integer({ min: 1, max: 10 }))
    .map(([first, low, second, width]) => ({ numeric: [first, low, second, low + width] })),
  fc.boolean().map((exists) => ({ exists })),
);

/** Any pattern of a Kinesis stream, the operators' names left out where they may name no field. */
export const anyPattern: fc.Arbitrary<FilterPattern> = fc
  .letrec<{ pattern: Record<string, unknown> }>((tie) => {
    const rule = fc.oneof(
      { maxDepth: 2 },
      fc.array(fc.oneof(anyPlainValue, anyOperator), { minLength: 1, maxLength: 3 }),
      tie('pattern'),
    );
    const alternatives = fc.array(tie('pattern'), { minLength: 2, maxLength: 3 });
    return {
      pattern: fc
        .tuple(objectOf(rule, 1), fc.option(alternatives, { maxDepth: 1 }))
        .map(([pattern, or]) => (or === null ? pattern : { ...pattern, $or: or })),
    };
  })
  .pattern.map((data) => JSON.stringify({ data }).replaceAll(/"prefix":(?=[{[])/g, '"p":'))
  .filter((json) => json.length <= limits.eventSourceMapping.patternCharacters)
  .map((json) => JSON.parse(json));
