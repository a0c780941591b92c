import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { bundle } from '../../bundle/bundle.ts';
import { describeBesideSdk } from '../services-beside-sdk.ts';

let folder: string | undefined;
afterAll(() => folder && rm(folder, { recursive: true }));

describeBesideSdk('a service of the bundle', async () => {
  folder = await mkdtemp(join(tmpdir(), 'xacct-services-'));
  const file = join(folder, 'services.js');
  await bundle(fileURLToPath(new URL('services.ts', import.meta.url)), file);
  return createRequire(import.meta.url)(file);
});
