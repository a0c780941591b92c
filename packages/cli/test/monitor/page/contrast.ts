import type { Page } from 'playwright-core';

export interface Contrast {
  text: string;
  /** As of https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
  ratio: number;
}

/** Runs in the page: the colour of each text that is seen, and of what lies behind it, as [red, green, blue]. */
const COLOURS = `
(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const paint = (colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const parent = walker.currentNode.parentElement;
    if (text === '' || !parent.checkVisibility() || parent.closest('noscript, .hidden')) continue;
    const behind = [];
    for (let at = parent; at !== null; at = at.parentElement) behind.unshift(getComputedStyle(at).backgroundColor);
    found.push({ text, colour: paint([...behind, getComputedStyle(parent).color]), behind: paint(behind) });
  }
  return found;
})()`;

/** The contrast of every text that the page shows. */
export async function contrasts(page: Page): Promise<Contrast[]> {
  const found: { text: string; colour: number[]; behind: number[] }[] = await page.evaluate(COLOURS);
  return found.map(({ text, colour, behind }) => {
    const [lighter = 0, darker = 0] = [luminance(colour), luminance(behind)].sort((a, b) => b - a);
    return { text, ratio: (lighter + 0.05) / (darker + 0.05) };
  });
}

function luminance([red = 0, green = 0, blue = 0]: number[]): number {
  const linear = (value: number) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}
