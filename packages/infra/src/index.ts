/**
 * From routes to a cloud assembly, for the command. A CDK app of your own imports `@xacct/infra/constructs`.
 *
 * Errors that a caller can meet are the CDK's own, and one `Error` when the bootstrap qualifiers of the file and of the app
 * differ.
 */

export type { ForwarderAccount } from './app.ts';
export { type SynthesizedStack, synthesize } from './synthesize.ts';
export {
  type PolicyDocument,
  type PolicyStatement,
  type RoleProperties,
  type TargetTemplate,
  targetTemplates,
} from './target-templates.ts';
export type { WrittenStackProps } from './written-stack.ts';
