import { readFileSync } from 'node:fs';
import { parseSync } from 'rolldown/utils';

/** A public declaration, or a member of one, with its doc comment. */
export interface Declared {
  name: string;
  kind: 'class' | 'interface' | 'choices' | 'property' | 'method';
  /** Whether it can be left out. */
  isOptional: boolean;
  isStatic: boolean;
  /** The type of a property, or the signature of a method behind its name. */
  type: string;
  comment: DocComment;
  members: Declared[];
}

export interface DocComment {
  text: string;
  default?: string;
  throws?: string;
  example?: string;
  params: { name: string; text: string }[];
}

/** Only what is used here of the tree that the parser writes. */
interface Node {
  type: string;
  start: number;
  end: number;
  [key: string]: unknown;
}

/** The exported classes, interfaces and choices of a module, in its order. */
export function declarationsIn(file: URL): Declared[] {
  const text = readFileSync(file, 'utf8');
  const { program, comments } = parseSync(file.pathname, text);
  const source = { text, comments: comments.filter(({ value }) => value.startsWith('*')) };
  return nodes(program.body)
    .filter(({ type }) => type === 'ExportNamedDeclaration')
    .flatMap((statement) => declared(statement, source));
}

interface Source {
  text: string;
  comments: readonly { value: string; start: number; end: number }[];
}

function declared(statement: Node, source: Source): Declared[] {
  const declaration = node(statement.declaration);
  const comment = commentBefore(statement, source);
  const made = (kind: Declared['kind'], id: unknown, members: Declared[]): Declared[] => [
    { name: nameOf(id), kind, isOptional: false, isStatic: false, type: '', comment, members },
  ];
  if (declaration?.type === 'TSInterfaceDeclaration' || declaration?.type === 'ClassDeclaration') {
    const members = nodes(node(declaration.body)?.body).flatMap((member) => memberOf(member, source));
    const kind = declaration.type === 'ClassDeclaration' ? 'class' : 'interface';
    return made(kind, declaration.id, members);
  }
  if (declaration?.type !== 'VariableDeclaration') return [];
  return nodes(declaration.declarations).flatMap(({ id, init }) => {
    const values = node(node(init)?.expression);
    return made(
      'choices',
      id,
      nodes(values?.properties).flatMap((member) => memberOf(member, source)),
    );
  });
}

/** Private members, and what repeats another class, have no doc comment of their own. */
function memberOf(member: Node, source: Source): Declared[] {
  const name = nameOf(member.key);
  const isPrivate = node(member.key)?.type === 'PrivateIdentifier' || member.accessibility === 'private';
  const isConstructor = member.kind === 'constructor';
  if (isPrivate || name === '') return [];
  const comment = commentBefore(member, source);
  const isMethod =
    member.type === 'TSMethodSignature' || (member.type === 'MethodDefinition' && member.kind !== 'get');
  const typed = member.kind === 'get' ? node(node(member.value)?.returnType) : node(member.typeAnnotation);
  return [
    {
      name: isConstructor ? 'new' : name,
      kind: isMethod ? 'method' : 'property',
      isOptional: member.optional === true,
      isStatic: member.static === true,
      type: isMethod
        ? signature(member, source)
        : oneLine(textOf(typed ?? node(member.value), source)).replace(/^: /, ''),
      comment,
      members: [],
    },
  ];
}

/** `(name: string, options: RouteOptions): ForwarderRoute` */
function signature(member: Node, source: Source): string {
  const value = member.type === 'TSMethodSignature' ? member : node(member.value);
  const params = nodes(value?.params).map((param) => oneLine(textOf(param, source)));
  return `(${params.join(', ')})${oneLine(textOf(node(value?.returnType), source))}`;
}

function commentBefore({ start }: Node, { text, comments }: Source): DocComment {
  const before = comments.findLast(({ end }) => end <= start);
  const isOwn = before !== undefined && text.slice(before.end, start).trim() === '';
  return docComment(isOwn ? before.value : '');
}

/** Takes a comment apart at its tags. */
function docComment(value: string): DocComment {
  const lines = value.split('\n').map((line) => line.replace(/^\s*\*+ ?/, ''));
  const [text = '', ...tags] = lines
    .join('\n')
    .trim()
    .split(/^@(?=[a-z]+\b)/m);
  const all = tags.map((tag) => {
    const [, name = '', body = ''] = /^(\w+)\s*([\s\S]*)$/.exec(tag) ?? [];
    return { name, body: body.trimEnd() };
  });
  const find = (tag: string) => all.find(({ name }) => name === tag)?.body;
  const [byDefault, throws, example] = [find('default'), find('throws'), find('example')];
  return {
    text: oneLine(text),
    ...(byDefault !== undefined && { default: oneLine(byDefault) }),
    ...(throws !== undefined && { throws: oneLine(throws) }),
    ...(example !== undefined && { example }),
    params: all.flatMap(({ name, body }) => {
      const [, param, about] = /^(\w+)\s+([\s\S]*)$/.exec(body) ?? [];
      return name === 'param' && param !== undefined ? [{ name: param, text: oneLine(about ?? '') }] : [];
    }),
  };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function textOf(part: Node | undefined, { text }: Source): string {
  return part === undefined ? '' : text.slice(part.start, part.end);
}

function nameOf(id: unknown): string {
  const name = node(id)?.name;
  return typeof name === 'string' ? name : '';
}

function node(value: unknown): Node | undefined {
  return typeof value === 'object' && value !== null && 'type' in value ? (value as Node) : undefined;
}

function nodes(value: unknown): Node[] {
  return Array.isArray(value) ? value.flatMap((part) => node(part) ?? []) : [];
}
