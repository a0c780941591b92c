import { expect, test } from 'vitest';
import { describeForeign } from '../src/describe-foreign.ts';
import { prepareAccounts } from '../src/prepare-accounts.ts';
import { BILLING, SOURCE, writeRoutes } from '../src/routes-file.ts';
import { runXacct } from '../src/run-command.ts';

const FILE = `
source: { account: "${SOURCE}", region: us-west-2 }
routes:
  - stream: orders
    targets: [{ account: "${BILLING}", function: reader, hasFailureDestination: true }]
`;

describeForeign('what somebody changed by hand', () => {
  test('is put back by change sets that CloudFormation compares with what is there', async () => {
    const aws = await prepareAccounts();
    try {
      await writeRoutes(aws, () => FILE);
      expect((await runXacct(aws, SOURCE, 'deploy', '--yes', '--revert-drift')).code).toBe(0);
      const changeSets = () =>
        aws.gateway.calls
          .filter(({ action }) => action === 'CreateChangeSet')
          .map(({ parameters }) => [
            parameters.StackName,
            parameters.ChangeSetType,
            parameters.DeploymentMode,
          ]);
      const names = ['xacct-forwarder-default', `xacct-target-${BILLING}`, 'xacct-route-orders'];
      const isOurs = ([name = '']: (string | undefined)[]) => names.includes(name);
      expect(changeSets().filter(isOurs)).toEqual(names.map((name) => [name, 'CREATE', undefined]));

      aws.gateway.calls.length = 0;
      const { code, stdout, stderr } = await runXacct(aws, SOURCE, 'deploy', '--yes', '--revert-drift');
      expect(code, stdout + stderr).toBe(0);
      expect(stdout).toContain('Nothing changes: 1 route stays as it is\n');
      expect(changeSets().filter(isOurs)).toEqual(names.map((name) => [name, 'UPDATE', 'REVERT_DRIFT']));
    } finally {
      await aws.close();
    }
  });
});
