/** The tags that say what a resource belongs to, in bills and in policies that go by tags; docs/deploying.md lists them. */
export const tagKeys = {
  /** The prefix of all names. */
  name: 'xacct:name',
  forwarder: 'xacct:forwarder',
  route: 'xacct:route',
} as const;

/**
 * The key in the metadata of a forwarder's inline policy that holds the accounts in which it has roles to assume: a list of
 * IDs, `ID/region` where the region is not the source's.
 */
export const ACCOUNTS_METADATA = 'xacct:accounts';
