/** A target as short as it can be told: account/function, with the region where it is not the source's. */
export function targetLabel(functionArn: string, sourceRegion: string): string {
  const [, , , region, account] = functionArn.split(':');
  const where = region === sourceRegion ? '' : ` (${region})`;
  return `${account}/${functionOf(functionArn)}${where}`;
}

/** The function's name with its alias or version, from its ARN. */
export function functionOf(functionArn: string): string {
  return functionArn.split(':').slice(6).join(':');
}
