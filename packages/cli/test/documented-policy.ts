import { readFileSync } from 'node:fs';

export interface Statement {
  Sid: string;
  Action: string | string[];
  Resource: string | string[];
}

export interface Policy {
  Statement: Statement[];
}

/** The policy below a heading of docs/operating.md. */
export function documentedPolicy(heading: string): Policy {
  const text = readFileSync(new URL('../../../docs/operating.md', import.meta.url), 'utf8');
  const [, json] = /```json\n([\s\S]*?)```/.exec(text.slice(text.indexOf(`### ${heading}\n`))) ?? [];
  if (json === undefined) throw new Error(`docs/operating.md has no policy below "${heading}"`);
  return JSON.parse(json);
}

/** A policy without one statement, one action or one resource each. */
export function lessThan(policy: Policy): { what: string; policy: Policy }[] {
  const without = (index: number, ...statements: Statement[]): Policy => ({
    ...policy,
    Statement: policy.Statement.toSpliced(index, 1, ...statements),
  });
  return policy.Statement.flatMap((statement, index) => [
    { what: statement.Sid, policy: without(index) },
    ...(['Action', 'Resource'] as const).flatMap((key) => {
      const { [key]: all } = statement;
      return Array.isArray(all)
        ? all.map((item) => ({
            what: `${statement.Sid} ${item}`,
            policy: without(index, { ...statement, [key]: all.filter((other) => other !== item) }),
          }))
        : [];
    }),
  ]);
}
