/** Tags tell what a resource belongs to, in bills and in policies that go by tags; docs/deploying.md lists them. */
export const TAG_KEYS = {
  /** The prefix of all names. */
  name: 'xacct:name',
  forwarder: 'xacct:forwarder',
  route: 'xacct:route',
} as const;

/** Tags of a stack, which CloudFormation gives to each of its resources that can have any. */
export function tagsOf(values: { name: string; forwarder: string; route?: string }): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [TAG_KEYS[key as keyof typeof TAG_KEYS], value]),
  );
}
