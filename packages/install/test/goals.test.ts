import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { GOALS, measureInstall } from '../src/measure-install.ts';
import { PACKAGE_MANAGERS } from '../src/package-managers.ts';
import { createProject } from '../src/project.ts';

describe('npm install --save-dev xacct', () => {
  test('installs no more than the goals allow', async () => {
    const [npm] = PACKAGE_MANAGERS;
    if (npm === undefined) throw new Error('No package manager');
    await using project = await createProject({ manager: npm, registry: inject('registry') });
    await project.add('xacct');
    const figures = await measureInstall(project, inject('upstream'));
    console.log(JSON.stringify({ install: figures, goals: GOALS }));
    expect(figures.packages).toBeLessThanOrEqual(GOALS.packages);
    expect(figures.megabytes).toBeLessThanOrEqual(GOALS.megabytes);
    expect(figures.installScripts).toEqual([]);
    expect(figures.deprecated).toEqual([]);
    // Null where the registry does not answer an audit.
    expect(figures.vulnerabilities ?? 0).toBe(GOALS.vulnerabilities);
    // The CDK CLI is for those who deploy, and esbuild is for those who build this package.
    const commands = await readdir(join(project.folder, 'node_modules/.bin'));
    expect(commands).toEqual(['xacct']);
  });
});
