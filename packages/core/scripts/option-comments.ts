import { source } from '../src/schema/accounts.ts';
import { forwarder } from '../src/schema/forwarder.ts';
import { route } from '../src/schema/route.ts';
import { target } from '../src/schema/target-options.ts';
import { allowed, defaultOf, type ObjectSchema, type Option } from './option-tables.ts';

/** The members of each type of `src/model` that hold an option as it is written, so that the words of the schema are true for them. */
const MEMBERS: Record<string, { file: string; options: ObjectSchema; names: readonly string[] }> = {
  Source: {
    file: 'routes',
    options: source,
    names: ['account', 'region', 'organizationId', 'permissionsBoundary'],
  },
  Forwarder: {
    file: 'forwarder',
    options: forwarder,
    names: [
      'memoryMB',
      'timeoutSeconds',
      'reservedConcurrency',
      'tracing',
      'assumeRoles',
      'metrics',
      'logLevel',
      'logRetentionDays',
    ],
  },
  Route: {
    file: 'routes',
    options: route,
    names: [
      'forwarder',
      'startingPosition',
      'batchSize',
      'batchWindowSeconds',
      'parallelizationFactor',
      'maximumRetryAttempts',
      'maximumRecordAgeSeconds',
      'filters',
      'enhancedFanOut',
      'deaggregate',
      'enabled',
      'retryForSeconds',
      'retryConcurrency',
    ],
  },
  Target: {
    file: 'target',
    options: target,
    names: ['region', 'externalId', 'invocation', 'onFailure', 'timeoutSeconds', 'filter'],
  },
};

/**
 * The source of the types with doc comments of options in the same words as in docs/routes.md, by file.
 *
 * @param read gives the text of a file of `src/model`
 */
export function modelFiles(read: (file: string) => string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const [type, { file, options, names }] of Object.entries(MEMBERS)) {
    const body = new RegExp(`(export interface ${type} \\{\\n)([^]*?)(\\n\\})`);
    files[file] = (files[file] ?? read(file)).replace(
      body,
      (_, start: string, members: string, end: string) => {
        return start + names.reduce((all, name) => withComment(all, name, options), members) + end;
      },
    );
  }
  return files;
}

function withComment(members: string, name: string, { properties, required = [] }: ObjectSchema): string {
  const option = properties[name];
  const member = new RegExp(`(^|\\n)(?: {2}/\\*\\*(?:(?!\\*/)[^])*\\*/\\n)?( {2}${name}\\??: )`);
  if (option === undefined || !member.test(members))
    throw new Error(`There is no option ${name} to describe`);
  const text = comment(option, required.includes(name));
  return members.replace(member, (_, start: string, head: string) => `${start}${text}${head}`);
}

function comment(option: Option, isRequired: boolean): string {
  const lines = wrapped([option.description, ...rangeOf(option)].join(' '));
  if (!isRequired) lines.push('', `@default ${defaultOf(option).replaceAll(/[`\\]/g, '')}`);
  if (lines.length === 1) return `  /** ${lines[0]} */\n`;
  return `  /**\n${lines.map((line) => `   *${line === '' ? '' : ` ${line}`}\n`).join('')}   */\n`;
}

/** The allowed range of a number. */
function rangeOf(option: Option): string[] {
  const unit = option['x-unit'] === undefined ? '' : ` ${option['x-unit']}`;
  if (option.minimum !== undefined) return [`${allowed(option)}${unit}.`];
  return option.anyOf === undefined ? [] : [`${allowed(option)}.`];
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.pop();
    if (last === undefined) lines.push(word);
    else if (last.length + word.length > 118) lines.push(last, word);
    else lines.push(`${last} ${word}`);
  }
  return lines;
}
