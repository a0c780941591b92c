/** For tests of templates: what they deploy, and what IAM allows then. */
export { type Deployed, type DeployedRole, deploy } from './assembly/deployed.ts';
export { readAssembly, type StackArtifact } from './assembly/read-assembly.ts';
export { type Resource, readTemplate } from './assembly/read-template.ts';
export { evaluate, type Request } from './iam/evaluate.ts';
export { parseIdentityPolicy } from './iam/policy-forms.ts';
