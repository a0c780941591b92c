import type { Page } from 'playwright-core';
import { describe, expect, test, vi } from 'vitest';
import type { TargetStatus } from '../../../src/monitor/status.ts';
import { noBrowser } from './chromium.ts';
import { contrasts } from './contrast.ts';
import { DENIED, manyTargets } from './many-targets.ts';
import { openedPage, textOf } from './opened-page.ts';

const BROKEN = new URLSearchParams({
  target: 'arn:aws:lambda:us-west-2:222222222202:function:reader-17-3',
  route: 'stream-17',
});

describe.skipIf(noBrowser !== undefined)('the map of 30 routes and 300 targets, in Chromium', () => {
  const opened = openedPage();
  const openBroken: typeof opened.open = (hash, options) => {
    const reason = `${DENIED.lastFailure?.reason} ${'x'.repeat(500)}`;
    const paused = { states: ['paused' as const] };
    const lastFailure = DENIED.lastFailure && { ...DENIED.lastFailure, reason };
    const status = manyTargets({
      'reader-17-3': { ...DENIED, lastFailure: lastFailure ?? null },
      'reader-4-1': paused,
    });
    opened.view = { ...opened.view, status };
    return opened.open(hash, options);
  };
  const heading = (page: Page) => page.getByRole('heading', { name: 'Target team2/reader-17-3' });

  test('shows the broken way in red and with a sign, on the first screen', async () => {
    const page = await openBroken('', { viewport: { width: 1280, height: 800 } });
    const node = page.getByRole('link', { name: 'function reader-17-3 denied · of stream-17' });
    const box = await node.boundingBox();
    expect((box?.y ?? 800) + (box?.height ?? 0)).toBeLessThan(800);
    expect(await textOf(node)).toContain('✕');
    const edges = page.locator('#map-edges > g');
    expect(
      await edges.evaluateAll((all) =>
        all.map(({ dataset, textContent }) => `${dataset.tone}${textContent}`),
      ),
    ).toEqual(['well', 'well', 'well', 'well', 'paused‖', 'waiting!', 'broken✕', 'broken✕']);
    const path = edges.last().locator('path');
    expect(await path.evaluate((path) => path.computedStyleMap().get('stroke')?.toString())).toBe(
      'rgb(192, 38, 45)',
    );
    // It ends where the node begins.
    const end = await path.evaluate(
      (path) => path.getPointAtLength(1e6).x + path.ownerSVGElement.getBoundingClientRect().x,
    );
    expect(Math.abs(end - (box?.x ?? 0))).toBeLessThan(2);
  });

  test('leads by the keyboard to the details, with class, reason and commands, which are there after a reload', async () => {
    const page = await openBroken();
    const node = page.getByRole('link', { name: /^function reader-17-3/ });
    await node.focus();
    await page.keyboard.press('Enter');
    const check = async () => {
      await heading(page).waitFor();
      const details = page.getByRole('region', { name: /^Target/ });
      const text = await textOf(details);
      expect(text).toContain('Last failure: denied');
      expect(text).toContain('AccessDenied: not authorized to perform: sts:AssumeRole');
      expect(text.replaceAll('\n', ' ')).toContain('xacct doctor stream-17 --account team2');
      expect(await node.getAttribute('aria-current')).toBe('true');
    };
    await check();
    expect(await heading(page).evaluate((title) => title.matches(':focus'))).toBe(true);
    expect(await page.evaluate('scrollY')).toBe(0);
    expect(new URL(page.url()).hash).toBe(`#${BROKEN}`);
    await page.reload();
    await check();
    await page.goBack();
    await page.getByRole('heading', { name: 'Routes, the worst first' }).waitFor();
  });

  test('leads to every target, also to those that are folded', async () => {
    const page = await openBroken();
    await page.getByRole('link', { name: /^38 more accounts/ }).click();
    await page.getByRole('link', { name: 'team39', exact: true }).click();
    await page.getByRole('heading', { name: 'Account team39' }).waitFor();
    const links = page.getByRole('region', { name: /^Account/ }).getByRole('link', { name: /of route/ });
    const last = await textOf(links.last());
    await links.last().click();
    await page.getByRole('heading', { name: `Target team39/${last.split(' ')[0]}` }).waitFor();
    await page.getByRole('link', { name: new RegExp(`^function ${last.split(' ')[0]}`) }).waitFor();
  });

  test('has the same in the list beside it', async () => {
    const page = await openBroken();
    const list = page.getByRole('region', { name: 'Routes, the worst first' });
    expect(await list.locator('.route').count()).toBe(30);
    expect(await textOf(list.locator('.route').first())).toMatch(/^stream-17/);
    expect(await list.locator('.targets a').count()).toBe(300);
    expect(await list.locator('.targets a:visible').count()).toBe(2);
    await page.getByRole('searchbox').fill('team39');
    await vi.waitFor(async () => expect(await list.locator('.targets a:visible').count()).toBe(7));
  });

  test.each([360, 768, 1280, 1920])('needs no scrolling to the side at %i pixels', async (width) => {
    for (const hash of ['', `#${BROKEN}`]) {
      const page = await openBroken(hash, { viewport: { width, height: 800 } });
      const sizes = await page.evaluate(
        '[document.documentElement.clientWidth, document.documentElement.scrollWidth]',
      );
      expect(sizes).toEqual([width, width]);
      // Whatever is in them, as with several things that are the matter at once.
      const target: Partial<TargetStatus> = {
        ...DENIED,
        states: ['denied', 'dead', 'waiting', 'failing', 'paused'],
      };
      opened.view = { ...opened.view, status: manyTargets({ 'reader-17-3': target }) };
      await page.getByRole('link', { name: /^function reader-17-3 denied · dead · waiting/ }).waitFor();
      const boxes = await page
        .locator('.node')
        .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().right));
      const right = await page.locator('.map').evaluate((map) => map.getBoundingClientRect().right);
      expect(Math.max(...boxes)).toBeLessThan(right);
      if (hash === '') await page.close();
    }
  });

  test.each(['light', 'dark'] as const)(
    'can be read in %s: every text has a contrast of 4.5 to 1',
    async (colorScheme) => {
      for (const hash of ['', `#${BROKEN}`, '#route=stream-4']) {
        const page = await openBroken(hash, { colorScheme, reducedMotion: 'reduce' });
        const found = await contrasts(page);
        expect(found.length).toBeGreaterThan(30);
        expect(found.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
        if (hash !== '#route=stream-4') await page.close();
      }
    },
  );
});
