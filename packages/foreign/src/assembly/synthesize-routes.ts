import { join } from 'node:path';
import { runXacct } from '../run-command.ts';
import type { ForeignAws } from '../start-foreign-aws.ts';
import { type AssemblyStack, readAssembly } from './read-assembly.ts';

/** The stacks of the routes file in the folder of this AWS. */
export async function synthesizeRoutes(aws: ForeignAws, source: string): Promise<AssemblyStack[]> {
  const { code, stderr } = await runXacct(aws, source, 'synth');
  if (code !== 0) throw new Error(`xacct synth ended with ${code}: ${stderr}`);
  return readAssembly(join(aws.folder, 'cdk.out'));
}
