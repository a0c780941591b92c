import fc from 'fast-check';
import { mostSendingSeconds, type Target } from '../src/index.ts';
import { routesSchema } from '../src/schema/routes-schema.ts';
import { target } from './factories.ts';

const { name, source, routes, defaults } = routesSchema.properties;
const { targets } = routes.items.properties;

/** Every text that the schema lets through, by the schema's own patterns. */
export const anyName = matching(name.pattern);
export const anyForwarderName = matching(defaults.properties.forwarder.pattern);
export const anyRouteName = matching(routes.items.properties.name.pattern);
export const anyRegion = matching(source.properties.region.pattern).filter((region) => region.length <= 25);
export const anyAccount = matching(source.properties.account.pattern);

/** Route names that are long and alike, where shortening has to keep them apart. */
export const anyLongRouteName = fc
  .tuple(fc.stringMatching(/^[a-zA-Z0-9_.-]{1,5}$/), fc.integer({ min: 60, max: 123 }))
  .map(([end, length]) => 'a'.repeat(length) + end);

export const anyTarget: fc.Arbitrary<Target> = fc
  .record({
    account: anyAccount,
    region: anyRegion,
    function: matching(targets.items.properties.function.pattern),
    role: fc.stringMatching(/^[\w+=,.@-]{1,64}$/),
    externalId: matching(targets.items.properties.externalId.pattern),
    invocation: fc.constantFrom('event', 'request-response'),
    onFailure: fc.constantFrom('park', 'block'),
    timeoutSeconds: fc.option(fc.integer({ min: 1, max: mostSendingSeconds }), { nil: undefined }),
    isPaused: fc.boolean(),
    replaced: fc.option(fc.constantFrom('same', 'other'), { nil: undefined }),
  })
  .map(({ function: qualified, role, timeoutSeconds, isPaused, replaced, ...properties }) =>
    target({
      ...properties,
      ...(replaced !== undefined && {
        replaces: [
          `arn:aws:lambda:${properties.region}:${replaced === 'same' ? properties.account : '000000000000'}:function:old:live`,
        ],
      }),
      ...(timeoutSeconds !== undefined && { timeoutSeconds }),
      ...(isPaused && { paused: true }),
      functionArn: `arn:aws:lambda:${properties.region}:${properties.account}:function:${qualified}`,
      roleArn: `arn:aws:iam::${properties.account}:role/${role}`,
    }),
  );

/** fast-check knows no lookaheads, so these are left to the filter. */
function matching(pattern: string): fc.Arbitrary<string> {
  const whole = new RegExp(pattern);
  return fc
    .stringMatching(new RegExp(pattern.replace(/\(\?![^)]*\)/g, '')))
    .filter((text) => whole.test(text));
}
