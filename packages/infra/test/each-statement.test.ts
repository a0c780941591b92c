import { type Deployed, deploy, type StackArtifact } from '@xacct/local/deployed';
import { beforeAll, describe, expect, test } from 'vitest';
import { needsOf, type Rule, refusalsOf } from './needs.ts';
import {
  at,
  deployWith,
  deployWithout,
  type Json,
  ROUTES,
  readStacks,
  statementPaths,
} from './statements-of-templates.ts';

const RULES = [...needsOf(ROUTES), ...refusalsOf(ROUTES)];

let stacks: StackArtifact[];
beforeAll(async () => {
  stacks = await readStacks();
});

function broken(deployed: Deployed): Rule[] {
  return RULES.filter(({ holds }) => !holds(deployed));
}

/** The lists of a statement from which one is taken, and the keys of its conditions. */
function partsOf(statement: Json): { what: string; remove: (copy: Json) => void }[] {
  const lists = ['Action', 'Resource'].flatMap((key) => {
    const list = statement[key];
    return Array.isArray(list) && list.length > 1
      ? list.map((item, index) => ({
          what: `${key} ${JSON.stringify(item)}`,
          remove: (copy: Json) => void (copy[key] as unknown[]).splice(index, 1),
        }))
      : [];
  });
  const conditions = Object.entries((statement.Condition ?? {}) as Record<string, Json>).flatMap(
    ([operator, keys]) =>
      Object.keys(keys).map((key) => ({
        what: `Condition ${operator} ${key}`,
        remove: (copy: Json) => {
          const { [key]: _, ...others } = keys;
          copy.Condition = { ...(copy.Condition as Json), [operator]: others };
          if (Object.keys(others).length === 0) delete (copy.Condition as Json)[operator];
        },
      })),
  );
  return [...lists, ...conditions];
}

describe('the policies on both sides', () => {
  test('allow all that is needed, and refuse what nobody may do', () => {
    expect(RULES.length).toBeGreaterThan(100);
    expect(broken(deploy(stacks)).map(({ name }) => name)).toEqual([]);
  });

  test('hold no statement without which everything would work as well', () => {
    const idle: string[] = [];
    let deleted = 0;
    for (const { name, template } of stacks) {
      for (const path of statementPaths(template)) {
        deleted += 1;
        if (broken(deployWithout(stacks, name, path)).length === 0)
          idle.push(`${name} ${at(template, path).Sid}`);
      }
    }
    expect(deleted).toBeGreaterThan(30);
    expect(idle).toEqual([]);
  });

  test('name no action, no resource and no condition that could as well be left out', () => {
    const idle: string[] = [];
    let removed = 0;
    for (const { name, template } of stacks) {
      for (const path of statementPaths(template)) {
        for (const { what, remove } of partsOf(at(template, path))) {
          removed += 1;
          const deployed = deployWith(stacks, name, (copy) => remove(at(copy, path)));
          if (broken(deployed).length === 0) idle.push(`${name} ${at(template, path).Sid} ${what}`);
        }
      }
    }
    expect(removed).toBeGreaterThan(100);
    expect(idle).toEqual([]);
  });
});
