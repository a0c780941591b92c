import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NotSupportedError } from '@xacct/local';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { followRoutes, type RoutesEdit } from '../../src/local/follow-routes.ts';
import { renderEdit } from '../../src/local/render-edit.ts';
import type { Synthesizer } from '../../src/local/synthesizer.ts';
import { CommandFailure } from '../../src/terminal/command-failure.ts';
import { folder, routesYaml } from '../xacct.ts';

const WAIT = { timeout: 20_000, interval: 10 };
const CHANGE = {
  added: ['new'],
  changed: [],
  removed: [],
  unchanged: 2,
  functions: [],
  reroutedFunctions: [],
};

let edits: RoutesEdit[];
let updates: string[];
let synthesize: Synthesizer['synthesize'];
let update: () => Promise<typeof CHANGE>;
let end: () => Promise<void>;
const file = join(folder, 'routes.yaml');

beforeEach(async () => {
  edits = [];
  updates = [];
  synthesize = async () => [];
  update = async () => CHANGE;
  await writeFile(file, routesYaml());
  end = followRoutes({
    config: file,
    text: routesYaml(),
    aws: {
      update(assembly) {
        updates.push(assembly);
        return update();
      },
    },
    synthesizer: { synthesize: (routes, out) => synthesize(routes, out), close: async () => {} },
    folder: '/assemblies',
    stream: process.stderr,
    onEdit: (edit) => edits.push(edit),
  });
});
afterEach(() => end());

const EDITED = routesYaml().replace('function: reader', 'function: other');
const WRONG = routesYaml().replace('function: reader', 'function: reader\n        onFailure: maybe');
const said = (count: number) => vi.waitFor(() => expect(edits).toHaveLength(count), WAIT);
const text = (index: number) =>
  renderEdit('routes.yaml', edits[index] ?? { outcome: 'refused', problem: '' });

describe('followRoutes', () => {
  test('applies an edit from a new assembly each time', async () => {
    await writeFile(file, EDITED);
    await said(1);
    await writeFile(file, routesYaml());
    await said(2);
    expect(edits).toMatchObject([{ outcome: 'applied' }, { outcome: 'applied' }]);
    expect(updates).toEqual(['/assemblies/cdk.out.1', '/assemblies/cdk.out.2']);
    expect(text(0)).toBe('routes.yaml: added route new; 2 routes as before');
  });

  test('reports a problem with its place in the file, and applies the next valid edit', async () => {
    await writeFile(file, WRONG);
    await said(1);
    expect(updates).toEqual([]);
    expect(text(0)).toMatch(
      /onFailure.*\n.*│.*\n.*│ +onFailure: maybe\n.*│ +\^+\nroutes\.yaml: not applied; the previous version continues to run$/,
    );
    // As editors do that write beside it.
    await writeFile(`${file}~`, EDITED);
    await rename(`${file}~`, file);
    await said(2);
    expect(edits[1]).toMatchObject({ outcome: 'applied' });
  });

  test('does nothing for a file that is written as it was', async () => {
    await writeFile(file, routesYaml());
    await writeFile(file, EDITED);
    await said(1);
    expect(updates).toHaveLength(1);
  });

  test('goes on when the file is gone for a while', async () => {
    await rm(file);
    await said(1);
    expect(text(0)).toContain('no such file');
    await writeFile(file, routesYaml());
    await said(2);
    expect(edits[1]).toMatchObject({ outcome: 'applied' });
  });

  test('reports what cannot be synthesized or deployed, and tries again with the next edit', async () => {
    synthesize = () => Promise.reject(new CommandFailure('The stacks cannot be synthesized: no room'));
    await writeFile(file, EDITED);
    await said(1);
    expect(text(0)).toBe(
      'The stacks cannot be synthesized: no room\nroutes.yaml: not applied; the previous version continues to run',
    );
    synthesize = async () => [];
    update = () => Promise.reject(new NotSupportedError('a thing', 'there'));
    await writeFile(file, `${EDITED}\n`);
    await said(2);
    expect(text(1)).toContain('a thing');
    update = async () => CHANGE;
    await writeFile(file, `${EDITED}\n\n`);
    await said(3);
    expect(edits[2]).toMatchObject({ outcome: 'applied' });
  });
});
