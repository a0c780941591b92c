import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const found = PLACES.find((path) => path !== undefined && existsSync(path));

/** Why there is no browser to test in; undefined where there is one. In CI there has to be one. */
export const noBrowser =
  found === undefined && process.env.CI === undefined
    ? `no Chromium: install one (Debian: apt-get install chromium), or name one with CHROMIUM_PATH`
    : undefined;

/** The browser of this machine, cut off from all but this machine. */
export async function launchChromium(): Promise<Browser> {
  if (found === undefined) throw new Error(`There is no Chromium at ${PLACES.filter(Boolean).join(', ')}`);
  return chromium.launch({
    executablePath: found,
    args: [
      // As root there is no sandbox; only the page of these tests is ever opened.
      '--no-sandbox',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
}
