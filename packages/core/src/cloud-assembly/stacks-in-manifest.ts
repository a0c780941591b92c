/** A stack as the manifest of a cloud assembly lists it. */
export interface ManifestStack {
  /** Its ID in the assembly. */
  id: string;
  name: string;
  /** `aws://account/region`. */
  environment: string;
  account: string;
  region: string;
  /** Its template, from the assembly's folder on. */
  templateFile: string;
  tags: Record<string, string>;
  isProtected: boolean;
  /** IDs of the stacks that must be deployed before. */
  needs: string[];
}

/**
 * The stacks of a cloud assembly, in the order of its manifest.
 *
 * @param manifest `manifest.json`, parsed
 */
export function stacksInManifest(manifest: object): ManifestStack[] {
  const { artifacts = {} }: Manifest = manifest;
  const stacks = Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  return stacks.map(([id, { environment = '', properties = {}, dependencies = [] }]) => {
    const { stackName: name = id, templateFile = `${id}.template.json`, tags = {} } = properties;
    const [account = '', region = ''] = environment.replace('aws://', '').split('/');
    const needs = dependencies.filter((other) => stacks.some(([stack]) => stack === other));
    const isProtected = properties.terminationProtection ?? false;
    return { id, name, environment, account, region, templateFile, tags, isProtected, needs };
  });
}

interface Manifest {
  artifacts?: Record<
    string,
    { type: string; environment?: string; dependencies?: string[]; properties?: StackProperties }
  >;
}

interface StackProperties {
  stackName?: string;
  templateFile?: string;
  tags?: Record<string, string>;
  terminationProtection?: boolean;
}
