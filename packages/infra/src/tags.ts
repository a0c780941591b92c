import { tagKeys } from '@xacct/core';

/**
 * Tags of a stack, which CloudFormation gives to each of its resources that can have any.
 *
 * @param own those of the file, which never begin as these do
 */
export function tagsOf(
  values: { name: string; forwarder: string; route?: string },
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const belongs = Object.entries(values).map(([key, value]) => [tagKeys[key as keyof typeof tagKeys], value]);
  return { ...own, ...Object.fromEntries(belongs) };
}
