import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Route, Source } from '@xacct/core';
import { describeFailure, giveCredentials } from '../aws/describe-failure.ts';
import { diffDeployed } from '../changes/diff-deployed.ts';
import { findAccounts } from '../routes-file/find-accounts.ts';
import { findRoute } from '../routes-file/find-route.ts';
import { withSynthesized } from '../stacks/with-synthesized.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { withClients } from './clients.ts';
import { examine } from './examine.ts';
import { countTargets } from './examined.ts';
import type { Finding } from './finding.ts';
import { renderFindings, renderSum, sortFindings } from './render-findings.ts';

export interface DoctorFlags {
  account: string[];
  strict: boolean;
  config: string;
  withoutAccount: string[];
  profile?: string;
  json: boolean;
}

/** Checks a deployment, and reports what is wrong. */
export async function run(
  names: string[],
  { account: accounts, strict, config, json, profile, withoutAccount }: DoctorFlags,
): Promise<void> {
  await withSynthesized(config, async (synthesized) => {
    const { routes, text } = synthesized;
    const named = names.length === 0 ? routes.routes : names.map((name) => findRoute(routes, name, config));
    const wanted = findAccounts(text, accounts, config);
    const isAsked = (account: string) => accounts.length === 0 || wanted.has(account);
    const chosen = named.filter(({ targets }) => targets.some(({ account }) => isAsked(account)));
    if (chosen.length === 0)
      throw new CommandFailure(`${config} routes nothing to ${accounts.join(', ')}`, 2);

    await checkCaller(routes.source, profile);
    const compared = await diffDeployed(synthesized, {
      config,
      withoutAccount,
      ...(profile !== undefined && { profile }),
    });
    const { isLeft, labels } = compared;
    const isAll = names.length === 0 && accounts.length === 0;
    const findings = await withClients(routes.source.region, profile, (clients) =>
      examine({ routes, chosen, isAll, isAsked, isLeft, labels, clients, profile }, compared),
    );
    report(sortFindings(findings), scopeOf(chosen, isAsked), { json, strict });
  });
}

function scopeOf(chosen: readonly Route[], isAsked: (account: string) => boolean) {
  const asked = chosen.map(({ targets, ...route }) => ({
    ...route,
    targets: targets.filter(({ account }) => isAsked(account)),
  }));
  return { routes: chosen.length, targets: countTargets(asked) };
}

function report(
  findings: readonly Finding[],
  scope: { routes: number; targets: number },
  { json, strict }: Pick<DoctorFlags, 'json' | 'strict'>,
): void {
  if (json) {
    const listed = findings.map(({ causes: _, targets = [], consequences = [], ...finding }) => {
      return { ...finding, targets, consequences };
    });
    process.stdout.write(`${JSON.stringify({ ...scope, findings: listed })}\n`);
  } else {
    process.stdout.write(renderFindings(findings, scope, process.stdout));
  }
  if (findings.length === 0) return;
  const isBroken = findings.some(({ severity }) => strict || severity === 'error');
  if (isBroken) throw new CommandFailure(renderSum(findings, scope));
  process.stderr.write(`${renderSum(findings, scope)}\n`);
}

/**
 * Without credentials of the source account every check would fail in the same way.
 *
 * @throws {CommandFailure} where there are none
 */
async function checkCaller({ account, region }: Source, profile: string | undefined): Promise<void> {
  const sts = new STSClient({ region, ...(profile !== undefined && { profile }) });
  try {
    const { Account } = await sts.send(new GetCallerIdentityCommand());
    if (Account === account) return;
    throw new CommandFailure(
      `The credentials are those of account ${Account}, expected the source account ${account}. ${giveCredentials(`account ${account}`)}`,
    );
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    const reason = describeFailure(error, `account ${account}`, () => undefined);
    throw new CommandFailure(`Cannot ask AWS who is calling: ${reason}`);
  } finally {
    sts.destroy();
  }
}
