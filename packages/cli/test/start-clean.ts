import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { folder } from './xacct.ts';

/** Files of tests that share a process, to load the CDK and the SDK once, leave nothing to the next one. */
const env = { ...process.env };
afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
});
