import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stacksInManifest } from '@xacct/core/cloud-assembly';

/** A stack of a cloud assembly: what should be deployed. */
export interface AssemblyStack {
  name: string;
  account: string;
  region: string;
  tags: Record<string, string>;
  isProtected: boolean;
  templateFile: string;
  template: Template;
}

export interface Template {
  Resources: Record<string, TemplateResource>;
}

export interface TemplateResource {
  Type: string;
  Properties: Record<string, unknown>;
  DeletionPolicy?: string;
}

/** Reads all stacks of a cloud assembly that `xacct synth` wrote. */
export async function readAssembly(folder: string): Promise<AssemblyStack[]> {
  const manifest: object = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
  return Promise.all(
    stacksInManifest(manifest).map(async ({ name, account, region, tags, isProtected, ...stack }) => {
      const templateFile = join(folder, stack.templateFile);
      const template: Template = JSON.parse(await readFile(templateFile, 'utf8'));
      return { name, account, region, tags, isProtected, templateFile, template };
    }),
  );
}
