import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** In the package, where `@xacct/cdk` is the package itself. */
const folder = new URL('../reports/examples/', import.meta.url);
beforeAll(() => mkdir(folder, { recursive: true }));
afterAll(() => rm(folder, { recursive: true }));

const PAGES = ['../README.md', '../../../docs/cdk.md'].map((page) => ({
  page,
  blocks: [...readFileSync(new URL(page, import.meta.url), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(
    ([, code = '']) => code,
  ),
}));

describe.each(PAGES)('the examples of $page', ({ page, blocks }) => {
  test('make an app: the first one as it is, the second one with the imports of the first', async () => {
    const [inCode = '', ofFile = ''] = blocks;
    const imports = inCode
      .replace(/^(?!import ).*\n/gm, '')
      .replace('{ Forwarder }', '{ Forwarder, Routes }');
    const routes = new URL('../../../routes.yaml', import.meta.url).pathname;
    const second = `${imports}\nconst app = new App();\n${ofFile.replace("'routes.yaml'", `'${routes}'`)}`;
    for (const [index, code] of [inCode, second].entries()) {
      const file = new URL(`${page.replaceAll(/\W/g, '')}-${index}.ts`, folder);
      await writeFile(file, `${code}\nexport { app, streams };\n`);
      const { app, streams } = await import(file.href);
      expect(App.isApp(app)).toBe(true);
      const mappings = Template.fromStack(streams).findResources('AWS::Lambda::EventSourceMapping');
      expect(Object.keys(mappings).length).toBeGreaterThan(1);
    }
  });
});
