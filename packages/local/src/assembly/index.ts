/** For tests of templates: what they deploy, and what IAM then allows. */
export { evaluate, type Request } from '../iam/evaluate.ts';
export { parseIdentityPolicy, parseTrustPolicy } from '../iam/policy-forms.ts';
export { requireAllowed } from '../iam/require-allowed.ts';
export { deploy } from './deploy.ts';
export type { Deployed, DeployedRole } from './deployed.ts';
export { readAssembly, type StackArtifact } from './read-assembly.ts';
export { type Resource, readTemplate } from './read-template.ts';
