import type { Route } from '../../model/routes.ts';
import { parseArn, partitionOf } from '../../names/arn.ts';
import { didYouMean } from '../../problems/nearest.ts';
import type { Report } from '../../problems/problem.ts';
import type { SoundFile } from '../resolve/sound-part.ts';

/** Finds settings of forwarders that cannot hold, or that hold for nothing. */
export function checkForwarders(
  file: SoundFile,
  routes: readonly Route[],
  report: Report,
  warn: Report,
): void {
  checkOrganization(file, report);
  checkCodeSigning(file, report);
  checkUse(file, routes, warn);
}

/** Without an organization the pattern would be for the roles of every account in the world. */
function checkOrganization({ source, forwarders = {} }: SoundFile, report: Report): void {
  if (source === undefined || source.organizationId !== undefined) return;
  for (const [name, { assumeRoles }] of Object.entries(forwarders)) {
    if (assumeRoles !== 'organization') continue;
    const message = '"organization" needs the "organizationId" of "source", which is missing';
    const hint = 'write the ID of your organization there, or "assumeRoles: listed" here';
    report(['forwarders', name, 'assumeRoles'], 'no-organization', message, hint);
  }
}

/** Lambda accepts a configuration of its own account and region. */
function checkCodeSigning({ source, forwarders = {} }: SoundFile, report: Report): void {
  if (source === undefined) return;
  for (const [name, { codeSigning }] of Object.entries(forwarders)) {
    if (codeSigning === undefined) continue;
    const { partition, region, account } = parseArn(codeSigning);
    if (partition === partitionOf(source.region) && region === source.region && account === source.account)
      continue;
    const message = `expected a configuration of the source (${source.account}, ${source.region}), got ${codeSigning}`;
    report(['forwarders', name, 'codeSigning'], 'arn-mismatch', message, 'change the ARN, or "source"');
  }
}

function checkUse(file: SoundFile, routes: readonly Route[], warn: Report): void {
  const used = [...new Set(routes.map((route) => route.forwarder))];
  for (const name of Object.keys(file.forwarders ?? {})) {
    if (used.includes(name)) continue;
    const hint = didYouMean(name, used) ?? 'name it as "forwarder" of a route, or remove it';
    warn(['forwarders', name], 'unused-forwarder', `no route uses forwarder ${JSON.stringify(name)}`, hint);
  }
}
