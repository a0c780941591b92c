import { Ajv, type ErrorObject } from 'ajv';
import leven from 'leven';
import type { Path, Problem, ProblemCode, Report } from './problem.ts';
import { type RoutesFile, routesSchema } from './schema.ts';

const ajv = new Ajv({ allErrors: true, verbose: true, strict: true, allowUnionTypes: true });
ajv.addVocabulary(['x-expected']);
const validate = ajv.compile<RoutesFile>(routesSchema);

/** Whether `value` has the shape of a routes file; reports every place where it has not. */
export function checkShape(value: unknown, report: ReportAt): value is RoutesFile {
  if (validate(value)) return true;
  const errors = validate.errors ?? [];
  for (const error of errors) {
    if (isDetailOfAnother(error, errors)) continue;
    const { at, path, code, message, hint } = describe(error);
    report(path, code, message, hint, at);
  }
  return false;
}

/** As `Report`; `at` chooses between the key and its value. */
export type ReportAt = (...args: [...Parameters<Report>, at?: 'key' | 'value' | undefined]) => void;

interface Description extends Pick<Problem, 'message'> {
  path: Path;
  code: ProblemCode;
  hint?: string | undefined;
  at?: 'key' | 'value';
}

function describe(error: ErrorObject): Description {
  const path = pathOf(error.instancePath);
  const schema = (error.parentSchema ?? {}) as Record<string, unknown>;
  const got = `got ${show(error.data)}`;
  const expected = schema['x-expected'];

  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(error.params.additionalProperty);
      const known = Object.keys((schema.properties as object | undefined) ?? {});
      const near = nearest(key, known);
      return {
        path: [...path, key],
        at: 'key',
        code: 'unknown-key',
        message: `unknown key "${key}"`,
        hint: near === undefined ? `expected one of ${known.join(', ')}` : `did you mean "${near}"?`,
      };
    }
    case 'required':
      return { path, code: 'missing-key', message: `"${error.params.missingProperty}" is missing` };
    case 'type': {
      if (schema.type === 'string' && typeof error.data === 'number') {
        const message = `expected ${expected ?? 'a string'}, ${got} (a number)`;
        return { path, code: 'wrong-type', message, hint: `put it in quotes: "${error.data}"` };
      }
      return { path, code: 'wrong-type', message: `expected ${expected ?? nameOf(schema.type)}, ${got}` };
    }
    case 'minimum':
    case 'maximum':
      return {
        path,
        code: 'out-of-range',
        message: `expected ${schema.minimum}–${schema.maximum}, ${got}`,
      };
    case 'minItems':
      return { path, code: 'out-of-range', message: 'expected at least one entry, got none' };
    case 'enum':
      return {
        path,
        code: 'not-allowed',
        message: `expected ${(schema.enum as unknown[]).join(' or ')}, ${got}`,
      };
    case 'anyOf':
      return { path, code: 'out-of-range', message: `expected ${expected}, ${got}` };
    case 'propertyNames': {
      const name = String(error.params.propertyName);
      const message = `expected a letter, then at most 63 of letters, digits, _ and -, got ${show(name)}`;
      return { path: [...path, name], at: 'key', code: 'wrong-form', message };
    }
    default:
      return { path, code: 'wrong-form', message: `expected ${expected ?? error.message}, ${got}` };
  }
}

/** ajv reports the branches of an `anyOf` and the pattern of a property name beside the error that matters. */
function isDetailOfAnother(error: ErrorObject, errors: ErrorObject[]): boolean {
  if (error.propertyName !== undefined && error.keyword !== 'propertyNames') return true;
  return errors.some(
    (other) =>
      other.keyword === 'anyOf' && other !== error && error.schemaPath.startsWith(`${other.schemaPath}/`),
  );
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
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function nameOf(type: unknown): string {
  if (type === 'array') return 'a list';
  if (type === 'object') return 'a mapping';
  if (type === 'integer') return 'a whole number';
  if (type === 'boolean') return 'true or false';
  return `a ${type}`;
}

/** The known key that differs by the fewest edits, if it is near enough to be meant. */
function nearest(key: string, known: string[]): string | undefined {
  const ranked = known
    .map((name) => ({ name, edits: leven(key.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  return best !== undefined && best.edits <= Math.max(2, key.length / 2) ? best.name : undefined;
}
