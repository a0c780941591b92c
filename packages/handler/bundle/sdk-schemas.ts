/**
 * A client's schemas name their keys by constants, `{ [_e]: _c }`. esbuild does not see that such an object does nothing
 * else, and keeps every operation's. With the keys written out, what is not used falls away.
 */
export function literalKeys(schemas: string): string {
  const constants = new Map(
    [...schemas.matchAll(/^const (\w+) = ("[^"\n]*");$/gm)].map(([, name, value]) => [name, value]),
  );
  return schemas.replaceAll(/\[(_\w+)\]:/g, (_, name: string) => {
    const value = constants.get(name);
    if (value === undefined)
      throw new Error(`The schemas of the AWS SDK use a key ${name} that they do not name`);
    return `${value}:`;
  });
}

/**
 * Registers only the errors listed. One that is not registered is the service's base error under its own name, with the
 * message and what else the response's body said. What a header said is missing, and `$fault` follows from the status.
 */
export function keepErrors(schemas: string, errors: readonly string[]): string {
  const kept = new Set<string>();
  const text = schemas.replaceAll(/^n0_registry\.registerError\((\w+)\$, \1\);$/gm, (call, error: string) => {
    if (!errors.includes(error)) return '';
    kept.add(error);
    return call;
  });
  const missing = errors.filter((error) => !kept.has(error));
  if (missing.length > 0) throw new Error(`The AWS SDK no longer has the error ${missing.join(', ')}`);
  return text;
}
