import { parseYaml } from '../../yaml/parse-yaml.ts';
import type { EntryStyle, Fields, ListStyle, TextStyle } from './style.ts';

/** The lines of an item of a list with dashes at `column`. */
export function blockItem(
  item: Fields,
  column: number,
  style: TextStyle & EntryStyle & { targets: ListStyle },
): string[] {
  const { targets } = style;
  const lines = style.flow
    ? [flowMap(item, style)]
    : item.flatMap(([key, value]) => {
        if (typeof value === 'string') return [`${key}: ${scalar(value, style)}`];
        if (targets.flow) return [`${key}: ${flowList(value, style)}`];
        const items = value.map((child) => blockItem(child, targets.indent, { ...style, ...targets.entry }));
        return [`${key}:`, ...items.flat()];
      });
  const dash = `-${' '.repeat(style.gap)}`;
  const indent = ' '.repeat(column);
  return lines.map((line, index) => indent + (index === 0 ? dash : ' '.repeat(dash.length)) + line);
}

/** A mapping on one line. */
export function flowMap(fields: Fields, style: TextStyle): string {
  const pairs = fields.map(([key, value]) => {
    const written = typeof value === 'string' ? scalar(value, style) : flowList(value, style);
    return `${style.json ? JSON.stringify(key) : key}: ${written}`;
  });
  return `{${style.braces}${pairs.join(', ')}${style.braces}}`;
}

function flowList(items: Fields[], style: TextStyle): string {
  const { brackets } = style;
  return `[${brackets}${items.map((item) => flowMap(item, style)).join(', ')}${brackets}]`;
}

/** A text as YAML: in quotes only where it would be something else without them, as 12 digits would be a number. */
export function scalar(value: string, { json, quote }: TextStyle): string {
  if (!json && isPlain(value)) return value;
  const isPrintable = !/[^ -~]/.test(value);
  return quote === "'" && isPrintable && !json ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value);
}

function isPlain(value: string): boolean {
  // Within brackets, as fewer texts may go without quotes there.
  const { value: read } = parseYaml(`[${value}]`, '');
  return Array.isArray(read) && read.length === 1 && read[0] === value;
}
