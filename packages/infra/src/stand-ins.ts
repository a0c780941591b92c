import type { Route, Routes } from '@xacct/core';
import { Token } from 'aws-cdk-lib';

/** Routes without tokens, and the way back. */
export interface WithStandIns {
  /** The routes, with a text in place of each token. */
  routes: Routes;
  /** Puts the tokens back, wherever the texts are. */
  restore<T>(value: T): T;
}

/**
 * Puts texts in place of the tokens in routes. A CDK app may not know the names and ARNs of streams and the ARNs of keys. The
 * size of a policy, and the choice of the policy for an ARN, are calculated from them, and must not depend on the number of a
 * token in one run of the app. So each text depends only on the route, and is as long as the longest value can be.
 */
export function withStandIns(routes: Routes): WithStandIns {
  const tokens = new Map<string, string>();
  const standInOf = (value: string, what: string, length: number): string => {
    if (!Token.isUnresolved(value)) return value;
    const standIn = `<${what}>`.padEnd(length, '.');
    tokens.set(standIn, value);
    return standIn;
  };
  const known = ({ name, stream, kmsKeyArn, ...route }: Route): Route => ({
    ...route,
    name,
    stream: {
      service: stream.service,
      name: standInOf(stream.name, `stream of ${name}`, LONGEST[stream.service].name),
      arn: standInOf(stream.arn, `ARN of the stream of ${name}`, LONGEST[stream.service].arn),
    },
    kmsKeyArn: kmsKeyArn === undefined ? undefined : standInOf(kmsKeyArn, `key of ${name}`, LONGEST.key),
  });
  const { encryptionKeyArn } = routes;
  const withoutTokens: Routes = {
    ...routes,
    routes: routes.routes.map(known),
    ...(encryptionKeyArn !== undefined && {
      encryptionKeyArn: standInOf(encryptionKeyArn, 'encryption key', LONGEST.key),
    }),
  };
  const restore = <T>(value: T): T => (tokens.size === 0 ? value : mapTexts(value, tokens));
  return { routes: withoutTokens, restore };
}

/** Characters of the longest name of a stream and of a table, of an ARN with it, and of the ARN of a key. */
const LONGEST = { kinesis: { name: 128, arn: 200 }, dynamodb: { name: 255, arn: 340 }, key: 110 };

/** A copy with the texts replaced in all strings. */
function mapTexts<T>(value: T, texts: ReadonlyMap<string, string>): T {
  const map = (part: unknown): unknown => {
    if (typeof part === 'string') {
      return Array.from(texts).reduce(
        (text, [standIn, token]) => text.replaceAll(standIn, () => token),
        part,
      );
    }
    if (Array.isArray(part)) return part.map(map);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, map(inner)]));
  };
  return map(value) as T;
}
