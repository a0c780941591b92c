/** A block of Terraform's language, HCL. */
export interface Block {
  type: string;
  labels?: readonly string[];
  attributes?: Readonly<Record<string, Value>>;
  blocks?: readonly Block[];
}

/** A reference is written without quotes. */
export type Value =
  | string
  | number
  | readonly string[]
  | { reference: string }
  | { pairs: Readonly<Record<string, string>> };

/** Writes a block as `terraform fmt` would. */
export function writeBlock(block: Block): string {
  return `${linesOf(block).join('\n')}\n`;
}

function linesOf({ type, labels = [], attributes = {}, blocks = [] }: Block): string[] {
  const names = Object.keys(attributes);
  const inner = [
    ...alignedRuns(Object.entries(attributes)),
    ...blocks.flatMap((block, index) => [...(names.length + index > 0 ? [''] : []), ...linesOf(block)]),
  ];
  const head = [type, ...labels.map(quote)].join(' ');
  return [`${head} {`, ...inner.map((line) => (line === '' ? '' : `  ${line}`)), '}'];
}

/** Equals signs are aligned between values that take one line each. */
function alignedRuns(attributes: [name: string, value: Value][]): string[] {
  const lines: string[] = [];
  let run: [string, string][] = [];
  const endRun = () => {
    const width = Math.max(...run.map(([name]) => name.length));
    lines.push(...run.map(([name, text]) => `${name.padEnd(width)} = ${text}`));
    run = [];
  };
  for (const [name, value] of attributes) {
    const [first = '', ...rest] = valueLines(value);
    if (rest.length === 0) {
      run.push([name, first]);
      continue;
    }
    endRun();
    lines.push(`${name} = ${first}`, ...rest);
  }
  endRun();
  return lines;
}

function valueLines(value: Value): string[] {
  if (typeof value === 'number') return [String(value)];
  if (typeof value === 'string') return [quote(value)];
  if ('reference' in value) return [value.reference];
  if ('pairs' in value) {
    return [
      '{',
      ...Object.entries(value.pairs).map(([key, text]) => `  ${quote(key)} = ${quote(text)}`),
      '}',
    ];
  }
  if (value.length < 2) return [`[${value.map(quote).join('')}]`];
  return ['[', ...value.map((item) => `  ${quote(item)},`), ']'];
}

/** HCL has JSON's escapes; the start of a template is doubled. */
function quote(text: string): string {
  return JSON.stringify(text).replaceAll(/[$%](?=\{)/g, '$&$&');
}
