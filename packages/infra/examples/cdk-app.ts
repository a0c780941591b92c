import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { formatProblem, parseRoutes } from '@xacct/core';
import { bundleHandler, createRouteStacks } from '@xacct/infra/constructs';
import { App, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Topic } from 'aws-cdk-lib/aws-sns';

/**
 * A CDK app with the stacks of a routes file and one of its own, in which a topic is told of every alarm:
 * `npx aws-cdk@2.1148.1 synth --app "node packages/infra/examples/cdk-app.ts"`, with Node 24.
 */
const file = fileURLToPath(new URL('../../../routes.yaml', import.meta.url));
const { routes, problems } = parseRoutes(readFileSync(file));
if (routes === undefined) throw new Error(problems.map(formatProblem).join('\n'));

const handlerFolder = fileURLToPath(new URL('../dist/example-handler', import.meta.url));
await bundleHandler(handlerFolder);

const app = new App();
createRouteStacks(app, { routes, handlerFolder });

const onCall = new Stack(app, 'on-call', {
  env: { account: routes.source.account, region: routes.source.region },
});
new Rule(onCall, 'Alarms', {
  eventPattern: {
    source: ['aws.cloudwatch'],
    detailType: ['CloudWatch Alarm State Change'],
    detail: { alarmName: [{ prefix: `${routes.name}-` }], state: { value: ['ALARM'] } },
  },
  targets: [new SnsTopic(new Topic(onCall, 'Topic'))],
});
app.synth();
