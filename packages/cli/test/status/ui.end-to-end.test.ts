import { once } from 'node:events';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Deployment, startDeployment } from '../local-aws/start-deployment.ts';
import { launchChromium, noBrowser } from '../monitor/page/chromium.ts';
import { routesYaml, start, write, xacct } from '../xacct.ts';

const FUNCTION = `export async function handler(event, { functionName }) {
  if (functionName === 'broken') throw new TypeError('broken it is');
}
`;
const TEXT = routesYaml(`  - stream: orders
    invocation: request-response
    targets:
      - { account: analytics, function: reader }
      - { account: billing, function: broken }
`);
const WAIT = { timeout: 150_000, interval: 500 };

let deployment: Deployment;

beforeAll(async () => {
  write('other.yaml', TEXT);
  deployment = await startDeployment(TEXT, {
    files: { 'reader.mjs': FUNCTION, 'broken.mjs': FUNCTION },
  });
  const kinesis = new KinesisClient({
    ...deployment.aws.clientOf('111111111111'),
    requestHandler: new NodeHttpHandler(),
  });
  for (const PartitionKey of ['1', '2', '3'])
    await kinesis.send(new PutRecordCommand({ StreamName: 'orders', PartitionKey, Data: Buffer.from('{}') }));
  kinesis.destroy();
}, 120_000);
afterAll(() => deployment?.stop());

describe.skipIf(noBrowser !== undefined)('xacct status --ui, with the local AWS and Chromium', () => {
  test('shows the broken target of a deployment, its reason and the command that shows more, and no credential', async () => {
    const { operator, asOperator } = deployment;
    await vi.waitFor(async () => {
      const { stdout } = await asOperator('status', '--json', '--config', 'other.yaml');
      expect(JSON.parse(stdout).routes[0].states).toEqual(['waiting', 'failing']);
    }, WAIT);

    const child = start.with(operator)('status', 'orders', '--ui', '0', '--config', 'other.yaml');
    const ended = once(child, 'close');
    const [text] = await once(child.stdout.setEncoding('utf8'), 'data');
    const [, url = ''] = /^page {2}(http:\S+)$/m.exec(text) ?? [];
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await page.goto(url);
      await page.getByRole('link', { name: 'function broken failing' }).click();
      await page.getByRole('heading', { name: 'Target billing/broken' }).waitFor();
      expect(await page.title()).toBe('xacct status');
      await page.getByRole('heading', { name: 'Last failure: function-error' }).waitFor();
      await page.locator('.failure', { hasText: 'TypeError' }).waitFor();
      await page.getByText('xacct doctor orders --account billing --config other.yaml').waitFor();
      const sent = await page.evaluate(async () => {
        const reader = (await fetch('/events')).body?.getReader();
        return new TextDecoder().decode((await reader?.read())?.value);
      });
      expect(sent).toContain('"route":"orders"');
      for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])
        expect(sent).not.toContain(operator[name]);
    } finally {
      await browser.close();
      child.kill('SIGINT');
    }
    expect(await ended).toEqual([0, null]);
  }, 240_000);

  test.each(['--watch', '--json'])('is refused with %s, which it replaces', async (flag) => {
    const { code, stderr } = await xacct('status', '--ui', flag);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(`option '--ui [port]' cannot be used with option '${flag}'`),
    ]);
  });
});
