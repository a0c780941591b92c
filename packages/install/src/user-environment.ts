import { delimiter, dirname } from 'node:path';

/** What pnpm, turbo and Vitest set for their processes. */
const SET_HERE =
  /^(npm_(?!config_)|npm_config_(user_agent|registry)|pnpm_|PNPM_|TURBO_|VITEST|INIT_CWD|CI$|NODE_(ENV|OPTIONS|PATH)$)/;

/**
 * The environment of a user's terminal: without what pnpm and turbo set here, and without this repository's commands on the path.
 *
 * @param registry URL that package managers ask
 * @param node executable of the Node.js that runs everything
 */
export function userEnvironment(registry: string, node = process.execPath): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => !SET_HERE.test(name));
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  return {
    ...Object.fromEntries(kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    PATH: [dirname(node), ...path].join(delimiter),
    npm_config_registry: registry,
    pnpm_config_registry: registry,
    YARN_REGISTRY: registry,
    // The answer to whether `npm create` may download.
    npm_config_yes: 'true',
  };
}
