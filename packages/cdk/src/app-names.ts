import type { IConstruct } from 'constructs';
import type { Place } from './forwarder-place.ts';

/** A forwarder or a route, with what its name has to be unique in. */
export interface Named {
  kind: 'forwarder' | 'route';
  name: string;
  namePrefix: string;
  place: Pick<Place, 'account' | 'region'>;
}

/** Owners of names, by app: their paths. */
const owners = new WeakMap<IConstruct, Map<string, string>>();

/**
 * Two forwarders with one prefix would make resources of the same names, which fails only at deployment.
 *
 * @param owner the forwarder
 * @throws {Error} when another forwarder of the app has the name
 */
export function checkName(owner: IConstruct, named: Named): void {
  const { kind, name, namePrefix, place } = named;
  const other = namesIn(owner).get(keyOf(named));
  if (other === undefined || other === owner.node.path) return;
  const fix = kind === 'forwarder' ? 'another `forwarderName` or `namePrefix`' : 'another name';
  throw new Error(
    `${owner.node.path}: ${other} has a ${kind} "${name}" with the prefix "${namePrefix}" in account ${place.account} and region ${place.region}, too, and their resources would have the same names: give this one ${fix}`,
  );
}

/** Reserves the name for its owner. */
export function claimName(owner: IConstruct, named: Named): void {
  checkName(owner, named);
  namesIn(owner).set(keyOf(named), owner.node.path);
}

function namesIn({ node: { root } }: IConstruct): Map<string, string> {
  const names = owners.get(root) ?? new Map<string, string>();
  owners.set(root, names);
  return names;
}

/** IAM compares the names of roles without regard to case. */
function keyOf({ kind, name, namePrefix, place: { account, region } }: Named): string {
  return [account, region, namePrefix, kind, name.toLowerCase()].join(' ');
}
