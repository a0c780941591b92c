import { routesSchema } from '../src/schema/routes-schema.ts';

/** An option as the schemas describe it. */
export interface Option {
  description: string;
  type?: string;
  enum?: readonly (string | number)[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  anyOf?: readonly object[];
  'x-expected'?: string;
  'x-unit'?: string;
  'x-default'?: string;
}

export interface ObjectSchema {
  properties: Record<string, Option>;
  required?: readonly string[];
}

/** The tables of docs/routes.md in Markdown, by name. */
export function optionTables(): Record<string, string> {
  const { properties } = routesSchema;
  const route = properties.routes.items;
  return {
    'top level': table(routesSchema),
    source: table(properties.source),
    account: table(properties.accounts.additionalProperties.anyOf[1]),
    bootstrap: table(properties.bootstrap),
    encryption: table(properties.encryption),
    route: table(route),
    target: table(route.properties.targets.items),
    forwarder: table(properties.forwarders.additionalProperties),
  };
}

function table({ properties, required = [] }: ObjectSchema): string {
  const rows = Object.entries(properties).map(([name, option]) => [
    `\`${name}\``,
    allowed(option),
    required.includes(name) ? 'required' : defaultOf(option),
    option['x-unit'] ?? '',
    option.description,
  ]);
  return align([['Option', 'Allowed', 'Default', 'Unit', 'Meaning'], ...rows]);
}

/** What an option may be. */
export function allowed(option: Option): string {
  if (option.enum !== undefined) return option.enum.map((value) => `\`${value}\``).join(', ');
  if (option['x-expected'] !== undefined) return option['x-expected'];
  if (option.minimum !== undefined) return `${option.minimum}–${option.maximum}`;
  if (option.type === 'boolean') return '`true`, `false`';
  return option.type === 'array' ? 'a list' : 'a mapping';
}

/** The default of an option, in Markdown. */
export function defaultOf(option: Option): string {
  if (option['x-default'] !== undefined) return option['x-default'].replace(/[<>]/g, (char) => `\\${char}`);
  return option.default === undefined ? 'none' : `\`${option.default}\``;
}

/** Columns of one width, as the formatter wants them. */
function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
