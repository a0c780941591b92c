import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where tests write assemblies: one folder for all files, removed when the last of them has ended. */
    temporaryFolder: string;
  }
}

export default function setUp(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'xacct-infra-'));
  project.provide('temporaryFolder', folder);
  return () => rmSync(folder, { recursive: true });
}
