import {
  type Document,
  type ErrorCode,
  isAlias,
  isCollection,
  isScalar,
  type Node,
  visit,
  type YAMLError,
} from 'yaml';

export interface YamlMistake {
  offset: number;
  message: string;
  hint: string | null;
}

/** Fixes for errors that keep the parser's words. */
const hints: Partial<Record<ErrorCode, string>> = {
  BAD_INDENT: 'check the indentation, and what is still open above',
  BLOCK_AS_IMPLICIT_KEY: 'put a value that contains ": " in quotes',
  MISSING_CHAR: 'look here and just above for a missing ":", "-", quote or bracket',
  TAB_AS_INDENT: 'indent with spaces',
};

/** The mistakes that keep a document from being read, in the words of this project. `lineOf` returns the line of an offset. */
export function findYamlMistakes(
  document: Document.Parsed,
  lineOf: (offset: number) => number,
  mayHaveAlias: boolean,
): YamlMistake[] {
  const errors = withoutConsequences(document.errors);
  if (errors.length > 0) return errors.map((error) => describe(error, document, lineOf));

  // Walking the tree takes a tenth of the time of parsing, so only a file that may have an alias is walked.
  const aliases = mayHaveAlias ? findAliasMistakes(document) : [];
  const tags = document.warnings.filter((warning) => warning.code === 'TAG_RESOLVE_FAILED');
  return [...tags.map((tag) => describe(tag, document, lineOf)), ...aliases];
}

function withoutConsequences(errors: YAMLError[]): YAMLError[] {
  // Each level above the deepest one readable is reported too.
  const tooDeep = errors.find((error) => error.code === 'RESOURCE_EXHAUSTION');
  if (tooDeep !== undefined) return [tooDeep];
  // A parser that has lost track reports every later token as a mistake.
  const lost = errors.findIndex((error) => error.code === 'UNEXPECTED_TOKEN');
  const meant = lost === -1 ? errors : errors.slice(0, lost + 1);
  return meant.filter(({ pos }, index) => meant[index - 1]?.pos[0] !== pos[0]);
}

function describe(
  error: YAMLError,
  document: Document.Parsed,
  lineOf: (offset: number) => number,
): YamlMistake {
  const [offset] = error.pos;
  switch (error.code) {
    case 'DUPLICATE_KEY': {
      const { key, first } = findFirstUse(document, offset);
      const message = `the key ${JSON.stringify(key)} is already at line ${lineOf(first)}`;
      return { offset, message, hint: 'remove one of them' };
    }
    case 'MULTIPLE_DOCS':
      return { offset, message: 'expected one document, got a second one', hint: 'remove the line "---"' };
    case 'RESOURCE_EXHAUSTION':
      return { offset, message: 'the values are nested too deep', hint: null };
    case 'NON_STRING_KEY':
      return { offset, message: 'expected text as the key', hint: null };
    case 'TAG_RESOLVE_FAILED': {
      const tag = error.message.replace('Unresolved tag: ', '');
      return { offset, message: `expected no tag, got ${tag}`, hint: 'remove it' };
    }
    default:
      return { offset, message: sentence(error.message), hint: hints[error.code] ?? null };
  }
}

/** The key at `offset`, and where the same mapping has it for the first time. */
function findFirstUse(document: Document.Parsed, offset: number): { key: string; first: number } {
  let found = { key: '', first: offset };
  visit(document, {
    Map(_, map) {
      const keys = map.items.map((pair) => pair.key).filter(isScalar);
      const again = keys.find((key) => key.range?.[0] === offset);
      const first = keys.find((key) => key.value === again?.value);
      if (again === undefined || first === undefined) return undefined;
      found = { key: String(again.value), first: first.range?.[0] ?? offset };
      return visit.BREAK;
    },
  });
  return found;
}

/** Aliases of nothing, and aliases of what they are a part of, which would make a value without end. */
function findAliasMistakes(document: Document.Parsed): YamlMistake[] {
  const mistakes: YamlMistake[] = [];
  const anchored = new Map<string, Node>();
  visit(document, {
    Node(_, node, ancestors) {
      if (!isAlias(node)) {
        if ((isCollection(node) || isScalar(node)) && node.anchor) anchored.set(node.anchor, node);
        return;
      }
      const meant = anchored.get(node.source);
      const offset = node.range?.[0] ?? 0;
      if (meant === undefined) {
        const message = `the alias *${node.source} stands for nothing`;
        mistakes.push({ offset, message, hint: `put the anchor &${node.source} before it` });
      } else if (ancestors.includes(meant)) {
        const message = `the alias *${node.source} is inside of what it stands for`;
        mistakes.push({ offset, message, hint: 'write the value out' });
      }
    },
  });
  return mistakes;
}

function sentence(message: string): string {
  const plain = message.replace(/^Missing closing (["'])quote$/, 'missing closing $1');
  return plain.charAt(0).toLowerCase() + plain.slice(1);
}
