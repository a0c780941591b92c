import { fileURLToPath } from 'node:url';
import { Language, type Node, Parser } from 'web-tree-sitter';

export type HclValue = string | number | HclValue[] | { reference: string } | HclObject;

/** Attributes by name; blocks by type and labels, each a list of all that have these. */
export interface HclObject {
  [name: string]: HclValue;
}

await Parser.init();
const grammar = import.meta.resolve('@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-hcl.wasm');
const parser = new Parser().setLanguage(await Language.load(fileURLToPath(grammar)));

/**
 * Reads as much of HCL as an export holds, by the grammar of others.
 *
 * @throws {Error} for what is no HCL, and for what no export should hold, such as an interpolation
 */
export function readHcl(text: string): HclObject {
  const root = parser.parse(text)?.rootNode;
  if (root === undefined || root.hasError) throw new Error(`This is no HCL:\n${text}`);
  return bodyOf(only(root, 'body'));
}

function bodyOf(body: Node | undefined): HclObject {
  const object: HclObject = {};
  for (const node of named(body)) {
    const [first, ...others] = named(node);
    const name = first?.text ?? '';
    if (node.type === 'attribute') object[name] = readValue(only(node, 'expression'));
    else if (node.type === 'block') {
      const path = [name, ...others.filter(({ type }) => type === 'string_lit').map(stringOf)];
      listAt(object, path).push(bodyOf(others.find(({ type }) => type === 'body')));
    } else throw unexpected(node);
  }
  return object;
}

function listAt(object: HclObject, path: readonly string[]): HclValue[] {
  const [key = '', ...rest] = path;
  if (rest.length > 0) {
    object[key] ??= {};
    return listAt(object[key] as HclObject, rest);
  }
  object[key] ??= [];
  return object[key] as HclValue[];
}

/** What refers to something, a condition too, is left as it is. */
function readValue(value: Node | undefined): HclValue {
  const [node, ...more] = named(value);
  if (node?.type === 'variable_expr' || node?.type === 'conditional') return { reference: value?.text ?? '' };
  if (node === undefined || more.length > 0) throw unexpected(value);
  const [inner] = named(node);
  if (inner?.type === 'string_lit') return stringOf(inner);
  if (inner?.type === 'numeric_lit') return Number(inner.text);
  if (inner?.type === 'tuple')
    return named(inner)
      .filter(({ type }) => type === 'expression')
      .map(readValue);
  if (inner?.type === 'object') {
    const pairs = named(inner).filter(({ type }) => type === 'object_elem');
    return Object.fromEntries(
      pairs.map((pair) => [
        String(readValue(pair.childForFieldName('key') ?? undefined)),
        readValue(pair.childForFieldName('val') ?? undefined),
      ]),
    );
  }
  throw unexpected(node);
}

/** HCL's escapes are JSON's, and a doubled sign stands for what would start a template. */
function stringOf(node: Node): string {
  const parts = named(node).map(({ type }) => type);
  if (parts.some((type) => !/^(quoted_template_(start|end)|template_literal)$/.test(type)))
    throw unexpected(node);
  return JSON.parse(node.text.replaceAll(/([$%])\1(?=\{)/g, '$1'));
}

function only(node: Node, type: string): Node | undefined {
  const found = named(node).filter((child) => child.type === type);
  if (found.length > 1) throw unexpected(node);
  return found[0];
}

function named(node: Node | undefined): Node[] {
  return (node?.namedChildren ?? []).filter((child) => child !== null && child.type !== 'comment');
}

function unexpected(node: Node | undefined): Error {
  return new Error(`An export holds no ${node?.type}: ${node?.text}`);
}
