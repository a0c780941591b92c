import { existsSync } from 'node:fs';
import { join } from 'node:path';

export const PACKAGE_MANAGERS = ['npm', 'pnpm', 'yarn'] as const;
export type PackageManager = (typeof PACKAGE_MANAGERS)[number];

/** How each is used in a continuous integration, where the lockfile decides. */
export const IN_CI: Record<PackageManager, { install: string; exec: string }> = {
  npm: { install: 'npm ci', exec: 'npx' },
  pnpm: { install: 'pnpm install --frozen-lockfile', exec: 'pnpm exec' },
  yarn: { install: 'yarn install --frozen-lockfile', exec: 'yarn run' },
};

const LOCKFILES = { 'pnpm-lock.yaml': 'pnpm', 'yarn.lock': 'yarn', 'package-lock.json': 'npm' } as const;

/** The package manager of a folder's lockfile; otherwise the one that runs this process; otherwise npm. */
export function findPackageManager(
  folder: string,
  userAgent = process.env.npm_config_user_agent,
): PackageManager {
  for (const [lockfile, name] of Object.entries(LOCKFILES)) {
    if (existsSync(join(folder, lockfile))) return name;
  }
  return PACKAGE_MANAGERS.find((name) => userAgent?.startsWith(`${name}/`)) ?? 'npm';
}
