import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { PageView } from '../../../src/monitor/page/page-view.ts';
import { type PageServer, startPage } from '../../../src/monitor/page/server/start-page.ts';
import { route, statusOf } from '../statuses.ts';
import { launchChromium } from './chromium.ts';

export interface OpenedPage {
  /** What the page gets; may be replaced at any time. */
  view: PageView;
  readonly page: Page;
  readonly server: PageServer;
  /** Opens the page, at an address. */
  open(hash?: string, options?: Parameters<Browser['newPage']>[0]): Promise<Page>;
  /** What the browser complains of: errors of the script, and what the policy of the page keeps out. */
  complaints: string[];
}

/** The page in a browser, for each test of a `describe`; the browser complains of nothing, and asks for nothing from elsewhere. */
export function openedPage(): OpenedPage {
  let browser: Browser;
  let server: PageServer | undefined;
  let page: Page | undefined;
  let requested: string[] = [];
  const given = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('the page is not open');
    return value;
  };
  const opened: OpenedPage = {
    view: { status: statusOf([]), notRead: null, options: [] },
    complaints: [],
    get page() {
      return given(page);
    },
    get server() {
      return given(server);
    },
    async open(hash = '', options = {}) {
      const created = await browser.newPage(options);
      page = created;
      created.on('console', (message) => {
        if (message.type() === 'error') opened.complaints.push(message.text());
      });
      created.on('pageerror', (error) => opened.complaints.push(error.message));
      created.on('request', (request) => requested.push(request.url()));
      await created.goto(`${opened.server.url}/${hash}`);
      await created.getByText('Live', { exact: true }).waitFor();
      return created;
    },
  };
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    opened.view = { status: statusOf([route('orders')]), notRead: null, options: [] };
    opened.complaints = [];
    requested = [];
    server = await startPage({ port: 0, view: () => opened.view });
  });
  afterEach(async () => {
    await opened.page.close();
    await opened.server.close();
    expect(opened.complaints).toEqual([]);
    expect(requested.filter((url) => !url.startsWith(opened.server.url))).toEqual([]);
  });
  return opened;
}

/** The text of a part, as it is seen. */
export async function textOf(part: Locator): Promise<string> {
  return (await part.allInnerTexts()).join();
}
