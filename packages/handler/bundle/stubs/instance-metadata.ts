/** As where there is no metadata service of an instance to ask. */
export async function getInstanceMetadataRegion(): Promise<undefined> {
  return undefined;
}
