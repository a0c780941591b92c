import { withFolder, withSynthesized } from '../stacks/with-synthesized.ts';

/**
 * Runs some work on a cloud assembly: the given one, or one synthesized from a routes file for as long as the work lasts.
 * The work gets a temporary folder as well.
 */
export async function withAssembly<T>(
  { config, assembly }: { config: string; assembly?: string | undefined },
  work: (assembly: string, folder: string) => Promise<T>,
): Promise<T> {
  return withFolder((folder) =>
    assembly === undefined
      ? withSynthesized(config, (synthesized) => work(synthesized.assembly, folder))
      : work(assembly, folder),
  );
}
