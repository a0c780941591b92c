import { createHash } from 'node:crypto';
import * as limits from '../limits/aws-limits.ts';
import type { Forwarder } from '../model/forwarder.ts';
import type { Routes, Source } from '../model/routes.ts';
import {
  type ForwarderGrants,
  type Grant,
  grantsOfForwarder,
  growsWithRoutes,
  STATEMENTS,
} from './grants.ts';

/** A statement as a template holds it. */
export interface AllowStatement {
  /** Names the statement in its policy. */
  Sid: string;
  /** Policies of xacct only allow. */
  Effect: 'Allow';
  /** One action, or several. */
  Action: string | readonly string[];
  /** ARN or pattern of one resource, or several. */
  Resource: string | readonly string[];
  /** By operator, then by key. */
  Condition?: Record<string, Record<string, string | readonly string[]>>;
}

/** A policy as a template holds it. */
export interface PolicyDocument {
  /** Version of the policy language. */
  Version: '2012-10-17';
  /** In the order of the template. */
  Statement: AllowStatement[];
}

/** All that an execution role may do. */
export interface ExecutionPolicies {
  /** The role's own policy. */
  inline: PolicyDocument;
  /** By number, 1 to 10; none while the inline policy holds everything. */
  managed: ReadonlyMap<number, PolicyDocument>;
}

export interface PolicySize {
  characters: number;
  allowed: number;
}

/**
 * The policies of a forwarder's execution role. While the inline policy has room, it holds everything. After that the
 * hash of each ARN decides its policy, so that no ARN moves because of another one. CloudFormation updates policies one after
 * another, and an ARN that moves between them would not be allowed in the meantime.
 *
 * @param also what it may do besides, for routes that are still in use
 */
export function executionPolicies(
  routes: Routes,
  forwarder: Forwarder,
  also: readonly Grant[] = [],
): ExecutionPolicies {
  const { fixed, spread } = grantsOfForwarder(routes, forwarder);
  const [alsoSpread, alsoFixed] = [
    also.filter(growsWithRoutes),
    also.filter((grant) => !growsWithRoutes(grant)),
  ];
  return policiesOf({ fixed: [...fixed, ...alsoFixed], spread: [...spread, ...alsoSpread] }, routes.source);
}

/** The fullest policy of a role after its grants are spread over several policies. It limits the forwarder in the end. */
export function fullestPolicy(grants: ForwarderGrants, source: Source): PolicySize {
  const { inlinePolicyCharacters, managedPolicyCharacters } = limits.iam;
  const sizes = Array.from(spreadOut(grants), ([number, ofPolicy]): PolicySize => {
    const characters = charactersOf(documentOf(ofPolicy, source));
    return { characters, allowed: number === INLINE ? inlinePolicyCharacters : managedPolicyCharacters };
  });
  return sizes.reduce((one, other) => (partUsed(other) > partUsed(one) ? other : one));
}

/** Whether IAM has room for the policies of a forwarder. */
export function hasRoom(grants: ForwarderGrants, source: Source): boolean {
  return (
    fits(documentOf([...grants.fixed, ...grants.spread], source)) ||
    partUsed(fullestPolicy(grants, source)) <= 1
  );
}

function policiesOf(grants: ForwarderGrants, source: Source): ExecutionPolicies {
  const whole = documentOf([...grants.fixed, ...grants.spread], source);
  if (fits(whole)) return { inline: whole, managed: new Map() };
  const documents = [...spreadOut(grants)]
    .toSorted(([one], [other]) => one - other)
    .map(([number, ofPolicy]) => [number, documentOf(ofPolicy, source)] as const);
  const [[, inline] = [INLINE, whole], ...managed] = documents;
  return { inline, managed: new Map(managed) };
}

const INLINE = 0;
/** The inline policy takes 3 of 23 parts and each managed one 2, which is about as their limits are. */
const PARTS = 23;

/** The inline policy is always among them. */
function spreadOut({ fixed, spread }: ForwarderGrants): Map<number, Grant[]> {
  const places = Map.groupBy(spread, ({ resource }) => placeOf(resource));
  return places.set(INLINE, [...fixed, ...(places.get(INLINE) ?? [])]);
}

function placeOf(resource: string): number {
  const part = createHash('sha256').update(resource).digest().readUInt32BE(0) % PARTS;
  const number = Math.floor(part / 2) + 1;
  return number > limits.iam.managedPoliciesPerRole ? INLINE : number;
}

/** Resources are sorted, so that the order of routes in the file changes nothing. */
function documentOf(grants: readonly Grant[], source: Source): PolicyDocument {
  const bySid = Map.groupBy(grants, ({ sid }) => sid);
  const sids = Object.keys(STATEMENTS) as Grant['sid'][];
  const statements = sids.flatMap((sid): AllowStatement[] => {
    const resources = [...new Set(bySid.get(sid)?.map(({ resource }) => resource))].toSorted();
    if (resources.length === 0) return [];
    const { actions, condition }: { actions: readonly string[]; condition?: Conditions } = STATEMENTS[sid];
    return [
      {
        Sid: sid,
        Effect: 'Allow',
        Action: oneOrAll(actions),
        Resource: oneOrAll(resources),
        ...(condition !== undefined && { Condition: condition(source) }),
      },
    ];
  });
  return { Version: '2012-10-17', Statement: statements };
}

type Conditions = (source: Source) => NonNullable<AllowStatement['Condition']>;

function oneOrAll(values: readonly string[]): string | readonly string[] {
  return values.length === 1 && values[0] !== undefined ? values[0] : values;
}

/** IAM counts no white space, and a template's JSON has none within. */
function charactersOf(document: PolicyDocument): number {
  return JSON.stringify(document).length;
}

function fits(document: PolicyDocument): boolean {
  return charactersOf(document) <= limits.iam.inlinePolicyCharacters;
}

function partUsed({ characters, allowed }: PolicySize): number {
  return characters / allowed;
}
