import { renderOutcomes, renderUnchecked } from '../deployment/render-outcomes.ts';
import { renderResumed } from '../deployment/resumed-targets.ts';
import { runDeployment } from '../deployment/run-deployment.ts';
import { renderLate, renderRemoved, renderToContract } from '../rollout/render-phases.ts';
import { withSynthesized } from '../stacks/with-synthesized.ts';
import { abortOnSignal } from '../terminal/abort-on-signal.ts';
import { CommandFailure } from '../terminal/command-failure.ts';
import { checkCanAsk } from '../terminal/confirm.ts';
import { checkRevision } from './check-revision.ts';

export interface DeployFlags {
  yes: boolean;
  concurrency: number;
  wait: boolean;
  forwarder: string[];
  watchMinutes: number;
  revertDrift: boolean;
  withoutAccount: string[];
  assumeRevision?: string;
  config: string;
  profile?: string;
  json: boolean;
}

/** Deploys what differs from what is deployed, and reports what became of each stack. */
export async function run(
  routes: string[],
  { json, yes, config, forwarder: forwarders, ...flags }: DeployFlags,
): Promise<void> {
  if (routes.length > 0 && forwarders.length > 0) {
    throw new CommandFailure('Expected either names of routes, or --forwarder, got both', 2);
  }
  checkCanAsk(yes);
  await withSynthesized(config, async (synthesized) => {
    if (flags.assumeRevision !== undefined) {
      await checkRevision(synthesized, { config, ...flags, assumed: flags.assumeRevision });
    }
    const { removed, data } = await runDeployment(synthesized, {
      ...flags,
      config,
      wanted: { routes, forwarders },
      yes,
      // Standard output gets the JSON object and nothing else.
      output: json ? process.stderr : process.stdout,
      signal: abortOnSignal(),
    });
    const { outcomes, late, toContract, unchecked, resumed } = data;
    if (json) process.stdout.write(`${JSON.stringify(data)}\n`);
    else if (outcomes.length > 0) process.stdout.write(renderOutcomes(outcomes));
    process.stderr.write(renderUnchecked(unchecked) + renderLate(late) + renderToContract(toContract));
    process.stderr.write(renderResumed(resumed));
    const left = outcomes.filter(({ outcome }) => outcome !== 'deployed');
    if (left.length > 0) {
      throw new CommandFailure(
        `${left.length} of ${outcomes.length} stacks are not deployed; deploy again to continue`,
      );
    }
    if (late.length > 0)
      throw new CommandFailure('Not all targets are as in the file; deploy again to update them');
    if (removed.length > 0 && routes.length + forwarders.length === 0)
      throw new CommandFailure(renderRemoved(removed));
  });
}
