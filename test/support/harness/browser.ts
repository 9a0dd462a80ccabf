import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PLACES = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Path of Chromium; null if it is missing. */
export const chromiumPath: string | null = PLACES.find((path) => path && existsSync(path)) ?? null;
if (process.env.REQUIRE_SERVICES === '1' && !chromiumPath)
  throw new Error('REQUIRE_SERVICES is set, and there is no Chromium: set CHROMIUM_PATH.');

/** Headless and without background requests, which would count as requests of the page. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath as string,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
