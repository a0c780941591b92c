import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, test } from 'vitest';
import { PACKAGE_MANAGERS } from '../src/package-managers.ts';
import { createProject } from '../src/project.ts';

const routesFile = fileURLToPath(new URL('../../../routes.yaml', import.meta.url));

describe.each(PACKAGE_MANAGERS)('xacct installed by $name', (manager) => {
  test('validates the routes of the repository', async () => {
    await using project = await createProject({
      manager,
      registry: inject('registry'),
      manifest: { private: true },
    });
    await project.add('xacct');
    await copyFile(routesFile, join(project.folder, 'routes.yaml'));
    expect(await project.exec('xacct', 'validate')).toContain('valid: 3 routes, 5 targets in 4 accounts');
  });
});
