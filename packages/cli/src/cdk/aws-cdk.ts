/**
 * The CDK's command line, which is not installed with xacct: 30 MB that only a deployment needs. The range begins with the version
 * that the tests deploy with; 3.0.0 on the registry is an older build, which does not read current assemblies.
 */
export const AWS_CDK = { name: 'aws-cdk', range: '^2.1148.1', least: [2, 1148, 1] } as const;
