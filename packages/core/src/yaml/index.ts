/** YAML files with a schema, for other files than routes.yaml: every mistake with its place. */

export { checkShape, type ReportAt } from '../problems/check-shape.ts';
export { nearest } from '../problems/nearest.ts';
export { inOrder, openYaml } from './open-yaml.ts';
