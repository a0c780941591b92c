import { expect, test } from 'vitest';
import { contentsOf, readAccounts } from '../src/accounts/read-accounts.ts';
import { expectedResources } from '../src/assembly/expected-resources.ts';
import { synthesizeRoutes } from '../src/assembly/synthesize-routes.ts';
import { describeForeign } from '../src/describe-foreign.ts';
import { prepareAccounts } from '../src/prepare-accounts.ts';
import { BILLING, SOURCE, writeRoutes } from '../src/routes-file.ts';
import { runXacct } from '../src/run-command.ts';

const fileWith = (settings: string, sourceSettings: string) => `
source: { account: "${SOURCE}", region: us-west-2${sourceSettings} }
${settings}
routes:
  - stream: orders
    targets: [{ account: "${BILLING}", function: reader, hasFailureDestination: true }]
`;

describeForeign('settings of all roles', () => {
  test('a permissions boundary and tags reach the roles and stacks that are deployed', async () => {
    const aws = await prepareAccounts();
    try {
      await writeRoutes(aws, () => fileWith('', ''));
      expect((await runXacct(aws, SOURCE, 'deploy', '--yes')).code).toBe(0);
      const before = await readAccounts(aws);
      await writeRoutes(aws, () =>
        fileWith('tags: { team: streams }', ', permissionsBoundary: xacct-boundary'),
      );
      const { code, stdout } = await runXacct(aws, SOURCE, 'deploy', '--yes');
      expect(code, stdout).toBe(0);
      const after = await readAccounts(aws);
      expect(contentsOf(after)).toEqual(expectedResources(await synthesizeRoutes(aws, SOURCE)));
      const roles = { [SOURCE]: 'xacct-forwarder-default', [BILLING]: 'xacct-route-orders' };
      for (const [account, role] of Object.entries(roles)) {
        const [old, now] = [before, after].map((all) => all.get(`${account} role ${role}`));
        expect(now?.content).toMatchObject({ boundary: `arn:aws:iam::${account}:policy/xacct-boundary` });
        // In place.
        expect(now?.identity).toEqual(old?.identity);
      }
      const stacks = [...contentsOf(after)].filter(([name]) => / stack xacct-/.test(name));
      expect(stacks.map(([, content]) => content)).toEqual(
        stacks.map(() => expect.objectContaining({ tags: expect.objectContaining({ team: 'streams' }) })),
      );
      expect(stacks).toHaveLength(3);
    } finally {
      await aws.close();
    }
  });
});
