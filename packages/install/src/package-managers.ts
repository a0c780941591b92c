/** How a package manager does what the tests need. Commands are run in the folder of a project. */
export interface PackageManager {
  name: 'npm' | 'pnpm' | 'yarn';
  /** Its own command line, before any of the arguments below. */
  command: readonly string[];
  /** Adds packages as devDependencies. */
  add: readonly string[];
  /** Installs what package.json asks for. */
  install: readonly string[];
  /** Runs the command of an installed package. */
  exec: readonly string[];
  /** Runs a script of package.json. */
  run: readonly string[];
}

const NPX = ['npx', '--yes'];

/** The versions are downloaded as packages, so that none needs to be on the machine, and corepack is not needed. */
export const PACKAGE_MANAGERS: readonly PackageManager[] = [
  {
    name: 'npm',
    command: ['npm'],
    add: ['install', '--save-dev'],
    install: ['install'],
    exec: ['exec', '--no', '--'],
    run: ['run'],
  },
  {
    name: 'pnpm',
    command: [...NPX, 'pnpm@12'],
    add: ['add', '--save-dev'],
    install: ['install'],
    exec: ['exec'],
    run: ['run'],
  },
  {
    name: 'yarn',
    command: [...NPX, 'yarn@1.22.22'],
    add: ['add', '--dev', '--no-progress'],
    install: ['install', '--no-progress'],
    exec: ['run', '--silent'],
    run: ['run'],
  },
];
