import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { describe, expect, test } from 'vitest';
import { launchChromium, noBrowser } from '../monitor/page/chromium.ts';
import { folder, routesYaml, start, write } from '../xacct.ts';

const ROUTE = `  - stream: orders
    invocation: request-response
    targets:
      - { account: analytics, function: reader }
      - { account: billing, function: broken }
`;

describe.skipIf(noBrowser !== undefined)('xacct local --ui, in Chromium', () => {
  test('shows what happens, each record once, and follows the routes file', async () => {
    write('routes.yaml', routesYaml(ROUTE));
    mkdirSync(`${folder}/functions`, { recursive: true });
    write('functions/broken.mjs', `export function handler() { throw new TypeError('broken it is'); }`);
    const child = start('local', '--port', '0', '--ui', '0', '--json', '--functions', 'functions');
    const ended = once(child, 'close');
    const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
    const { endpoint, region, credentials, ui } = JSON.parse(line);
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await page.goto(ui);
      await page.getByText(endpoint, { exact: true }).waitFor();
      const kinesis = new KinesisClient({
        ...{ endpoint, region, credentials: credentials['111111111111'] },
        requestHandler: new NodeHttpHandler(),
      });
      for (const PartitionKey of ['1', '2', '3'])
        await kinesis.send(
          new PutRecordCommand({ StreamName: 'orders', PartitionKey, Data: Buffer.from('{}') }),
        );
      kinesis.destroy();
      await page.getByRole('link', { name: /^function broken 3 waiting · failing/ }).waitFor();
      await page.getByRole('link', { name: 'function reader 3 delivered' }).waitFor();
      expect(await page.locator('.tile strong').allInnerTexts()).toEqual(['3', '3', '0', '0', '3', '0']);
      await page.getByRole('row').filter({ hasText: 'TypeError: broken it is' }).waitFor();

      write('routes.yaml', routesYaml(`${ROUTE}  - stream: refunds\n    targets: []\n`));
      await page
        .getByRole('heading', { name: /not applied; the previous version continues to run/ })
        .waitFor();
      write(
        'routes.yaml',
        routesYaml(`${ROUTE}  - stream: refunds\n    targets: [{ account: billing, function: reader }]\n`),
      );
      await page.getByRole('link', { name: /^stream refunds/ }).waitFor();

      const sent = await page.evaluate(async () => {
        const reader = (await fetch('/events')).body?.getReader();
        return new TextDecoder().decode((await reader?.read())?.value);
      });
      expect(sent).toContain('"route":"orders"');
      for (const { accessKeyId, secretAccessKey } of Object.values<Record<string, string>>(credentials))
        for (const secret of [accessKeyId, secretAccessKey]) expect(sent).not.toContain(secret);
    } finally {
      await browser.close();
      child.kill('SIGINT');
    }
    expect(await ended).toEqual([0, null]);
  }, 120_000);
});
