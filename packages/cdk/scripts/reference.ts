import { readFileSync } from 'node:fs';
import { type Declared, declarationsIn } from './declarations.ts';

/** In the order of the page. Every module with a public declaration is here: a test compares with the index. */
export const MODULES = [
  'forwarder',
  'forwarder-props',
  'route-options',
  'route-target',
  'forwarder-route',
  'routes',
  'choices',
];

const PAGE = new URL('../../../docs/cdk.md', import.meta.url);
const PLACE = /(<!-- reference -->\n)[\s\S]*?(<!-- \/reference -->)/;

/** docs/cdk.md, with the reference as the doc comments of the constructs have it now. */
export function pageWithReference(): string {
  const page = readFileSync(PAGE, 'utf8');
  if (!PLACE.test(page)) throw new Error('docs/cdk.md has no place for the reference');
  return page.replace(PLACE, (_, start: string, end: string) => `${start}\n${reference()}\n${end}`);
}

/** Where `pageWithReference` belongs. */
export const page = PAGE;

/** The public declarations of the modules. */
export function publicDeclarations(): Declared[] {
  const index = readFileSync(new URL('../src/index.ts', import.meta.url), 'utf8');
  const exported = new Set(index.match(/\b[A-Z]\w+\b(?=[^{}]*\} from)/g));
  return MODULES.flatMap((module) => declarationsIn(new URL(`../src/${module}.ts`, import.meta.url))).filter(
    ({ name }) => exported.has(name),
  );
}

function reference(): string {
  return publicDeclarations().map(section).join('\n');
}

function section({ name, kind, comment, members }: Declared): string {
  const properties = members.filter((member) => member.kind === 'property');
  const isNew = (member: Declared) => member.name === 'new';
  const methods = members.filter((member) => member.kind === 'method');
  const sorted = [...methods.filter(isNew), ...methods.filter((method) => !isNew(method))];
  const parts = [
    `### \`${name}\``,
    escaped(comment.text),
    ...(comment.example === undefined ? [] : [`\`\`\`ts\n${comment.example}\n\`\`\``]),
    ...(kind === 'choices' ? [choices(name, properties)] : []),
    ...(kind !== 'choices' && properties.length > 0 ? [propertyTable(properties)] : []),
    ...sorted.map((method) => methodText(name, method)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function choices(name: string, values: readonly Declared[]): string {
  return align([
    ['Value', 'As text', 'Meaning'],
    ...values.map((value) => [code(`${name}.${value.name}`), code(value.type), escaped(value.comment.text)]),
  ]);
}

function propertyTable(properties: readonly Declared[]): string {
  const hasDefaults = properties.some(({ isOptional }) => isOptional);
  return align([
    ['Property', 'Type', ...(hasDefaults ? ['Default'] : []), 'Meaning'],
    ...properties.map(({ name, type, isOptional, comment }) => [
      code(name),
      code(type),
      ...(hasDefaults ? [isOptional ? defaultOf(comment.default ?? '') : 'required'] : []),
      escaped(comment.text),
    ]),
  ]);
}

/** A default in words begins with a hyphen, by the convention of the CDK. */
function defaultOf(text: string): string {
  return text.startsWith('- ') ? escaped(text.slice(2)) : code(text);
}

function methodText(owner: string, { name, type, isStatic, comment }: Declared): string {
  const head = name === 'new' ? `new ${owner}${type}` : `${isStatic ? `${owner}.` : ''}${name}${type}`;
  const params = comment.params.map((param) => `- ${code(param.name)}: ${escaped(param.text)}`);
  const also = [
    ...(comment.default === undefined ? [] : [`Default: ${defaultOf(comment.default)}.`]),
    ...(comment.throws === undefined ? [] : [`Throws ${escaped(comment.throws)}.`]),
  ];
  return [
    `#### \`${head}\``,
    ...(comment.text === '' ? [] : [[escaped(comment.text), ...also].join(' ')]),
    ...(params.length === 0 ? [] : [params.join('\n')]),
  ].join('\n\n');
}

function code(text: string): string {
  return text === '' ? '' : `\`${text.replaceAll('|', '\\|')}\``;
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replace(/<(?=\w)(?![^`]*>`)/g, '\\<');
}

function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
