import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Exports of an index that have no doc comment where they are declared. */
export function undocumentedExports(index: string): string[] {
  const exported = readFileSync(index, 'utf8').matchAll(/export (?:type )?\{([^}]*)\} from '(\.[^']*)'/g);
  return Array.from(exported, ([, names = '', from = '']) => {
    const file = join(dirname(index), from);
    const text = readFileSync(file, 'utf8');
    return namesIn(names).flatMap((name) => {
      const declaration = new RegExp(
        `^export (async )?(function|const|class|interface|type) ${name}\\b`,
        'm',
      );
      const start = text.search(declaration);
      // A re-export is declared elsewhere, and an index of its own says what it is.
      if (start === -1 || text.slice(0, start).trimEnd().endsWith('*/')) return [];
      return `${file}: ${name}, which ${index} exports, has no doc comment`;
    });
  }).flat();
}

/** The names in the file that declares them, without `type` and without `as`. */
function namesIn(list: string): string[] {
  return list
    .split(',')
    .map((name) =>
      name
        .trim()
        .replace(/^type /, '')
        .replace(/ as .*/, ''),
    )
    .filter((name) => name !== '');
}
