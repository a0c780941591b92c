/** The SDK as the handler uses it: all its clients and operations. Tests bundle it, and compare with it as it is. */
export { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
export { GetParameterCommand, GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
export { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
