import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

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
  const manifest: Manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
  const stacks = Object.entries(manifest.artifacts).filter(([, { type }]) => type === STACK);
  return Promise.all(
    stacks.map(async ([name, { environment = '', properties }]) => {
      const { templateFile = '', tags = {}, terminationProtection = false } = properties ?? {};
      const [account = '', region = ''] = environment.replace('aws://', '').split('/');
      const template: Template = JSON.parse(await readFile(join(folder, templateFile), 'utf8'));
      const file = join(folder, templateFile);
      return {
        name,
        account,
        region,
        tags,
        isProtected: terminationProtection,
        templateFile: file,
        template,
      };
    }),
  );
}

const STACK = 'aws:cloudformation:stack';

interface Manifest {
  artifacts: Record<
    string,
    {
      type: string;
      environment?: string;
      properties?: { templateFile?: string; tags?: Record<string, string>; terminationProtection?: boolean };
    }
  >;
}
