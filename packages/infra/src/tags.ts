/** Tags tell what a resource belongs to, in bills and in policies that go by tags; docs/deploying.md lists them. */
export const TAG_KEYS = {
  /** The prefix of all names. */
  name: 'xacct:name',
  forwarder: 'xacct:forwarder',
  route: 'xacct:route',
} as const;

/**
 * Tags of a stack, which CloudFormation gives to each of its resources that can have any.
 *
 * @param own those of the file, which never begin as these do
 */
export function tagsOf(
  values: { name: string; forwarder: string; route?: string },
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const belongs = Object.entries(values).map(([key, value]) => [
    TAG_KEYS[key as keyof typeof TAG_KEYS],
    value,
  ]);
  return { ...own, ...Object.fromEntries(belongs) };
}
