import { App, BOOTSTRAP_QUALIFIER_CONTEXT, CfnResource, Stack } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { createRouteStacks } from '../src/app.ts';
import { assemblyFolder, guardedRoutes, HANDLER_FOLDER, routesOf } from './factories.ts';

/** Every option that adds a resource or a property. */
const ROUTES = routesOf(
  `
  - stream: orders
    enhancedFanOut: true
    kmsKey: 1234abcd-12ab-34cd-56ef-1234567890ab
    filters: [{ data: { type: [order] } }]
    targets: [{ account: analytics, function: reader }, { account: billing, function: "ledger:live" }]
  - stream: arn:aws:dynamodb:us-west-2:111111111111:table/Items/stream/2026-01-01T00:00:00.000
    forwarder: isolated
    targets: [${Array.from({ length: 80 }, (_, index) => `{ account: billing, function: ledger-${index} }`)}]
`,
  'forwarders: { default: { tracing: true, reservedConcurrency: 5 } }',
);

describe("CDK's validation against CloudFormation's own schemas, which the app leaves out", () => {
  test('finds nothing in the stacks of every option', () => {
    const app = validatedApp();
    createRouteStacks(app, { routes: ROUTES, handlerFolder: HANDLER_FOLDER });
    expect(app.synth().stacks).toHaveLength(7);
  });

  test('finds nothing in the stacks of every option of an organization', () => {
    const routes = guardedRoutes();
    const app = validatedApp({ [BOOTSTRAP_QUALIFIER_CONTEXT]: routes.source.qualifier });
    createRouteStacks(app, { routes, handlerFolder: HANDLER_FOLDER });
    expect(app.synth().stacks.length).toBeGreaterThan(5);
  });

  test('would find a property that is not there', () => {
    const app = validatedApp();
    new CfnResource(new Stack(app, 'stack'), 'Queue', {
      type: 'AWS::SQS::Queue',
      properties: { QueueNam: 'orders' },
    });
    expect(() => app.synth()).toThrow('QueueNam');
  });
});

/** By default, findings are printed as warnings. */
function validatedApp(context = {}): App {
  return new App({
    outdir: assemblyFolder(),
    context: { '@aws-cdk/core:validateAgainstDefaultRules': true, ...context },
  });
}
