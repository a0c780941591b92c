import { CfnResource, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** A stack whose template is there already, such as a deployed one with a change. */
export interface WrittenStackProps {
  name: string;
  account: string;
  region: string;
  tags: Readonly<Record<string, string>>;
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
