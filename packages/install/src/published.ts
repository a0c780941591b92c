/** A package that is published, by its folder in `packages/`. Its `build` has run: turbo does that before `test:install`. */
export interface Published {
  name: string;
  folder: string;
}

/** All packages that are published. Add one here, and as a devDependency of this package, and it is packed and served. */
export const PUBLISHED: readonly Published[] = [
  { name: 'xacct', folder: 'cli' },
  { name: '@xacct/cdk', folder: 'cdk' },
  { name: 'create-xacct', folder: 'create-xacct' },
];
