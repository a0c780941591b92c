/** What CloudFormation needs to deploy: for `xacct export --bootstrap-policy`. */

export type { AllowStatement, PolicyDocument as AllowPolicy } from '../execution/execution-policies.ts';
export {
  type BootstrapPolicy,
  sourceBootstrapPolicies,
  targetBootstrapPolicies,
} from './bootstrap-policies.ts';
