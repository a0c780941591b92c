import type { ErrorObject, ValidateFunction } from 'ajv';
import { isObject } from '../values/is-object.ts';
import { didYouMean } from './nearest.ts';
import type { Path, Problem, ProblemCode, Report } from './problem.ts';

/**
 * Reports every place where `value` has not the shape that its schema states.
 *
 * @param validate the schema's validator, made with `allErrors` and `verbose`
 * @param spelling a scalar as the file spells it
 */
export function checkShape(
  validate: ValidateFunction,
  value: unknown,
  report: ReportAt,
  spelling: (path: Path) => string | undefined,
): void {
  if (validate(value)) return;
  for (const error of relevant(validate.errors ?? [])) {
    const { at, path, code, message, hint } = describe(error, spelling);
    report(path, code, message, hint, at);
  }
}

/** As `Report`; `at` chooses between the key and its value. */
export type ReportAt = (...args: [...Parameters<Report>, at?: 'key' | 'value' | undefined]) => void;

interface Description extends Pick<Problem, 'message'> {
  path: Path;
  code: ProblemCode;
  hint?: string | undefined;
  at?: 'key' | 'value';
}

function describe(error: ErrorObject, spelling: (path: Path) => string | undefined): Description {
  const path = pathOf(error.instancePath);
  const schema = (error.parentSchema ?? {}) as Record<string, unknown>;
  const got = `got ${show(error.data)}`;
  const expected = schema['x-expected'];
  const outOfRange = (message: string): Description => ({ path, code: 'out-of-range', message });

  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(error.params.additionalProperty);
      const known = Object.keys((schema.properties as object | undefined) ?? {});
      return {
        path: [...path, key],
        at: 'key',
        code: 'unknown-key',
        message: `unknown key ${show(key)}`,
        hint: didYouMean(key, known) ?? `expected one of ${known.join(', ')}`,
      };
    }
    case 'required':
      return {
        path,
        code: 'missing-key',
        message: `"${error.params.missingProperty}" is missing (${meaningOf(schema, error.params.missingProperty)})`,
      };
    case 'type':
      return { path, code: 'wrong-type', ...describeType(error, schema, spelling(path)) };
    case 'minimum':
    case 'maximum':
      return outOfRange(`expected ${schema.minimum}–${schema.maximum}, ${got}`);
    case 'minItems':
      return outOfRange('expected at least one entry, got none');
    case 'maxItems':
      return outOfRange(`expected ${expected}, got ${(error.data as unknown[]).length}`);
    case 'uniqueItems': {
      const twice = (error.data as unknown[])[Number(error.params.i)];
      return outOfRange(`expected ${expected}, got ${show(twice)} twice`);
    }
    case 'maxProperties':
      return outOfRange(`expected ${expected}, got ${Object.keys(error.data as object).length}`);
    case 'enum':
      return { path, code: 'not-allowed', message: `expected ${listOf(schema.enum as unknown[])}, ${got}` };
    case 'anyOf':
      return outOfRange(`expected ${expected}, ${got}`);
    case 'propertyNames': {
      const name = String(error.params.propertyName);
      const names = (error.schema ?? {}) as Record<string, unknown>;
      const message = `expected ${names['x-expected']} as the name, got ${show(name)}`;
      return { path: [...path, name], at: 'key', code: 'wrong-form', message };
    }
    default:
      return { path, code: 'wrong-form', message: `expected ${expected ?? error.message}, ${got}` };
  }
}

function describeType(
  { data }: ErrorObject,
  schema: Record<string, unknown>,
  spelling: string | undefined,
): Pick<Description, 'message' | 'hint'> {
  const expected = schema['x-expected'] ?? nameOf(schema);
  if (schema.type === 'string' && (typeof data === 'number' || typeof data === 'boolean')) {
    const written = spelling ?? String(data);
    const message = `expected ${expected}, got ${written} (a ${typeof data})`;
    return { message, hint: `put it in quotes: "${written}"` };
  }
  const isQuoted = typeof data === 'string' && /^(-?\d+|true|false)$/.test(data);
  const isMeant = schema.type === (data === 'true' || data === 'false' ? 'boolean' : 'integer');
  const hint = isQuoted && isMeant ? `remove the quotes: ${data}` : undefined;
  return { message: `expected ${expected}, got ${show(data)}`, hint };
}

/**
 * Keeps the errors that matter. Beside them, ajv reports the branches of an `anyOf`, and the pattern of a property name. An `anyOf` without words of its own is reported by the branch that is meant: by whether there is a mapping.
 */
function relevant(errors: readonly ErrorObject[]): ErrorObject[] {
  const wordless = errors.filter(({ keyword, parentSchema }) => {
    return keyword === 'anyOf' && parentSchema?.['x-expected'] === undefined;
  });
  return errors.filter((error) => {
    if (error.propertyName !== undefined && error.keyword !== 'propertyNames') return false;
    if (wordless.includes(error)) return false;
    return !error.schemaPath.includes('/anyOf/') || wordless.some((choice) => isOfMeantBranch(error, choice));
  });
}

function isOfMeantBranch({ schemaPath, instancePath }: ErrorObject, choice: ErrorObject): boolean {
  const isWithin = instancePath === choice.instancePath || instancePath.startsWith(`${choice.instancePath}/`);
  const start = `${choice.schemaPath}/`;
  if (!isWithin || !schemaPath.startsWith(start)) return false;
  const branches = choice.schema as readonly { type?: unknown }[];
  const branch = branches[Number(schemaPath.slice(start.length).split('/')[0])];
  return (branch?.type === 'object') === isObject(choice.data);
}

function pathOf(pointer: string): Path {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((key) => (/^\d+$/.test(key) ? Number(key) : key));
}

function show(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function listOf(values: readonly unknown[]): string {
  return values.length < 5 ? values.join(' or ') : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
}

function nameOf({ type, minimum, maximum }: Record<string, unknown>): string {
  if (type === 'array') return 'a list';
  if (type === 'object') return 'a mapping';
  if (type === 'integer') return `a whole number, ${minimum}–${maximum}`;
  if (type === 'boolean') return 'true or false';
  return `a ${type}`;
}

/** The schema's description of a property, as part of another sentence. */
function meaningOf(schema: Record<string, unknown>, property: string): string {
  const properties = schema.properties as Record<string, { description: string }>;
  const text = properties[property]?.description ?? property;
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '');
}
