import { Token } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { withStandIns } from '../src/stand-ins.ts';
import { routesOf } from './factories.ts';

const KEY = '1234abcd-12ab-34cd-56ef-1234567890ab';
const ROUTES = routesOf(
  `
  - { stream: orders, kmsKey: ${KEY}, targets: [{ account: analytics, function: reader }] }
  - { stream: payments, targets: [{ account: analytics, function: reader }] }`,
  `encryption: { kmsKey: ${KEY} }`,
);

/** The routes of the file, with the stream and the keys of the first one known only at deployment. */
function routesWithTokens() {
  const token = (value: string) => Token.asString({ Ref: value });
  const [first, ...others] = ROUTES.routes.map((route) => structuredClone(route));
  if (first === undefined) throw new Error('The file has no route');
  const stream = { ...first.stream, name: token('name'), arn: token('arn') };
  return {
    ...ROUTES,
    encryptionKeyArn: token('key'),
    routes: [{ ...first, stream, kmsKeyArn: token('streamKey') }, ...others],
  };
}

describe('withStandIns', () => {
  test('gives the same texts for other tokens, and none of them is a token', () => {
    const [one, other] = [routesWithTokens(), routesWithTokens()];
    expect(one).not.toEqual(other);
    const known = withStandIns(one).routes;
    expect(known).toEqual(withStandIns(other).routes);
    expect(Token.isUnresolved(known)).toBe(false);
    expect(known.routes[1]).toEqual(ROUTES.routes[1]);
  });

  test('puts the tokens back wherever their texts are', () => {
    const routes = routesWithTokens();
    const { routes: known, restore } = withStandIns(routes);
    expect(restore(known)).toEqual(routes);
    const [route] = known.routes;
    expect(restore([{ Resource: `${route?.stream.arn}/consumer/*` }])).toEqual([
      { Resource: `${routes.routes[0]?.stream.arn}/consumer/*` },
    ]);
  });

  test('returns routes without tokens as they are', () => {
    expect(withStandIns(ROUTES).routes).toEqual(ROUTES);
    const document = { Statement: [] };
    expect(withStandIns(ROUTES).restore(document)).toBe(document);
  });
});
