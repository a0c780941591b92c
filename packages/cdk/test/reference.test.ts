import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { page, pageWithReference, publicDeclarations } from '../scripts/reference.ts';

const declarations = publicDeclarations();
const members = declarations.flatMap((declaration) =>
  declaration.members.map((member) => ({ ...member, owner: declaration })),
);

describe('docs/cdk.md', () => {
  test('has the reference as the doc comments have it: pnpm --filter @xacct/cdk generate', () => {
    expect(readFileSync(page, 'utf8')).toBe(pageWithReference());
  });

  test('has everything that the package exports', () => {
    const index = readFileSync(new URL('../src/index.ts', import.meta.url), 'utf8');
    const exported = [...index.matchAll(/export (?:type )?\{([^}]+)\}/g)].flatMap(([, names = '']) =>
      names.split(',').map((name) => name.trim()),
    );
    expect(declarations.map(({ name }) => name).sort()).toEqual(exported.sort());
  });
});

describe('the conventions of the CDK', () => {
  test('each declaration and member has a doc comment', () => {
    const all = [...declarations, ...members.filter(({ name }) => name !== 'new')];
    expect(all.filter(({ comment }) => comment.text === '').map(({ name }) => name)).toEqual([]);
    expect(all.length).toBeGreaterThan(60);
  });

  test('each property that can be left out has its default, in words after a hyphen', () => {
    const optional = members.filter(({ kind, isOptional }) => kind === 'property' && isOptional);
    expect(optional.length).toBeGreaterThan(40);
    for (const { name, owner, comment } of optional)
      expect(comment.default ?? '', `${owner.name}.${name}`).toMatch(/^(- \S|[\w.]+$|[\w.]+\(\d+\)$|'.*'$)/);
  });

  test('each property is readonly', () => {
    const texts = ['forwarder-props', 'route-options', 'route-target', 'forwarder-route'].map((file) =>
      readFileSync(new URL(`../src/${file}.ts`, import.meta.url), 'utf8'),
    );
    const properties = texts.flatMap((text) => text.match(/^ {2}(readonly )?\w+\??: .*$/gm) ?? []);
    expect(properties.length).toBeGreaterThan(40);
    expect(properties.filter((line) => !line.startsWith('  readonly '))).toEqual([]);
  });
});
