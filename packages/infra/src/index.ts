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
