import { globSync, readFileSync } from 'node:fs';

/**
 * `node scripts/check-repository.ts OWNER/NAME`: every package that is published names the repository that publishes it. npm
 * compares both when a package has provenance.
 */
const [, , publisher = ''] = process.argv;
const problems = globSync('packages/*/package.json').flatMap((file) => {
  const { private: isPrivate = false, repository } = JSON.parse(readFileSync(file, 'utf8'));
  const expected = `git+https://github.com/${publisher}.git`;
  if (isPrivate || repository?.url === expected) return [];
  return `${file}: expected the repository.url ${expected}, got ${repository?.url}; write it there`;
});
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
