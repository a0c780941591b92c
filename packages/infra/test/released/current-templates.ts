import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatProblem, parseRoutes } from '@xacct/core';
import { createApp } from '../../src/app.ts';

export interface Template {
  Resources: Record<string, { Type: string; [attribute: string]: unknown }>;
  [section: string]: unknown;
}

/** By the routes file and the stack's name: `plain/xacct-route-orders`. */
export type Templates = Record<string, Template>;

const FILES = ['plain', 'guarded'];

/** The templates that this version synthesizes of the routes files beside this module. */
export function currentTemplates(): Templates {
  const folder = mkdtempSync(join(tmpdir(), 'xacct-released-'));
  try {
    mkdirSync(join(folder, 'handler'));
    writeFileSync(join(folder, 'handler/index.js'), '');
    return Object.fromEntries(FILES.flatMap((file) => Object.entries(templatesOf(file, folder))));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function templatesOf(file: string, folder: string): Templates {
  const { routes, problems } = parseRoutes(readFileSync(new URL(`./${file}.yaml`, import.meta.url)));
  if (routes === undefined) throw new Error(problems.map(formatProblem).join('\n'));
  const { stacks } = createApp({
    routes,
    handlerFolder: join(folder, 'handler'),
    outdir: join(folder, file),
  }).synth();
  return Object.fromEntries(
    stacks.map(({ stackName, template }): [string, Template] => {
      // With every release the code of the function is another one.
      const text = JSON.stringify(template).replaceAll(/[0-9a-f]{64}/g, 'HASH');
      return [`${file}/${stackName}`, JSON.parse(text)];
    }),
  );
}
