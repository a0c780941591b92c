import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Part of `pnpm lint`: files and folders that the docs name exist. A link is relative to its page; a path in backticks that begins
 * with a folder of the repository is relative to its root, and may hold `*`. What commands write, and git ignores, may be missing.
 */
const WRITTEN = /(^|\/)(reports|\.venv|dist)(\/|$)/;

const pages = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/*.md'), ...globSync('examples/*.md')];
const problems = pages.flatMap((page) => {
  const text = readFileSync(page, 'utf8');
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link = '']) =>
    join(dirname(page), link),
  );
  const paths = [...text.matchAll(/`((?:packages|examples|scripts|docs)\/[\w./*@-]+)`/g)].map(
    ([, path = '']) => path,
  );
  return [...links, ...paths]
    .filter((path) => !WRITTEN.test(path))
    .filter((path) => !(path.includes('*') ? globSync(path).length > 0 : existsSync(path)))
    .map((path) => `${page}: ${path} does not exist; name the file or folder that it is now`);
});
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
