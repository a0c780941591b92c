/** For tests of templates: what they deploy, and what IAM allows then. */
export { type Deployed, type DeployedRole, deploy } from './assembly/deployed.ts';
export { readAssembly, type StackArtifact } from './assembly/read-assembly.ts';
export { evaluate, type Request } from './iam/evaluate.ts';
