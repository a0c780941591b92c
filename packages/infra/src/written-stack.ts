import { CfnResource, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** A stack whose template is there already, such as a deployed one with a change. */
export interface WrittenStackProps {
  /** Name in CloudFormation. */
  name: string;
  /** ID of the account. */
  account: string;
  /** Region of the stack. */
  region: string;
  /** Tags of the stack. */
  tags: Readonly<Record<string, string>>;
  /** As CloudFormation returns it. */
  template: { Description?: string; Resources?: Readonly<Record<string, WrittenResource>> };
}

export interface WrittenResource {
  Type: string;
  Properties?: Readonly<Record<string, unknown>>;
}

/** Writes the resources of a template as they are. */
export class WrittenStack extends Stack {
  constructor(scope: Construct, { name, account, region, tags, template }: WrittenStackProps) {
    const { Description, Resources = {} } = template;
    super(scope, name, {
      stackName: name,
      env: { account, region },
      ...(Description !== undefined && { description: Description }),
      tags: { ...tags },
      terminationProtection: true,
    });
    for (const [id, { Type, Properties = {}, ...attributes }] of Object.entries(Resources)) {
      const resource = new CfnResource(this, id, { type: Type, properties: { ...Properties } });
      resource.overrideLogicalId(id);
      for (const [attribute, value] of Object.entries(attributes)) resource.addOverride(attribute, value);
    }
  }
}
