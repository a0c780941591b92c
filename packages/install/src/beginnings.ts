import type { PackageManager } from './package-managers.ts';

/** A user who begins a forwarder. */
export interface Beginning {
  name: string;
  manager: PackageManager['name'];
  /** Major version of Node.js: 22 is the oldest version of it that is supported. */
  node: 22 | 24;
  /** The package.json that is there; undefined for a folder that does not exist yet. */
  manifest?: object;
  /** The command that the user types, before the folder. */
  create: readonly string[];
}

/** Every package manager, every supported version of Node.js, and both kinds of projects. */
export const BEGINNINGS: readonly Beginning[] = [
  {
    name: 'npm create, in an empty folder, on Node 24',
    manager: 'npm',
    node: 24,
    create: ['npm', 'create', 'xacct@latest'],
  },
  {
    name: 'npx xacct init, in a project of CommonJS, on Node 22',
    manager: 'npm',
    node: 22,
    manifest: { name: 'ours', private: true, type: 'commonjs' },
    create: ['npx', '--yes', 'xacct', 'init'],
  },
  {
    name: 'pnpm create, in a project of ES modules, on Node 22',
    manager: 'pnpm',
    node: 22,
    manifest: { name: 'ours', private: true, type: 'module' },
    create: ['npx', '--yes', 'pnpm@12', 'create', 'xacct'],
  },
  {
    name: 'yarn create, in an empty folder, on Node 24',
    manager: 'yarn',
    node: 24,
    create: ['npx', '--yes', 'yarn@1.22.22', 'create', 'xacct'],
  },
];
