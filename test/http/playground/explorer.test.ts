import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromiumPath, launchBrowser } from '../../support/harness/browser';
import { startProcess, type GatewayProcess } from '../../support/harness/process';
import { scratchDatabase, type Scratch } from '../../support/harness/scratch';

jest.setTimeout(60_000);

(chromiumPath ? describe : describe.skip)(
  `the explorer in a browser${chromiumPath ? '' : ': left out, no Chromium found; set CHROMIUM_PATH'}`,
  () => {
    let scratch: Scratch;
    let server: GatewayProcess;
    let browser: Browser;
    let context: BrowserContext;
    let page: Page;
    let keys: Record<string, { secret: string }>;
    const outside: string[] = [];
    const complaints: string[] = [];
    const authorizations = {
      http: new Set<string | undefined>(),
      ws: new Set<string | undefined>(),
    };

    beforeAll(async () => {
      scratch = await scratchDatabase('sqlite', { empty: true });
      server = await startProcess({ ...scratch.env, SEED_DEMO: '1' });
      keys = JSON.parse(readFileSync(`${scratch.env.DATA_DIR}/demo-keys.json`, 'utf8'));
      browser = await launchBrowser();
    });
    beforeEach(async () => {
      context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
      await context.route('**', (route) => {
        const { protocol, origin } = new URL(route.request().url());
        if (origin === server.url || protocol === 'data:' || protocol === 'blob:')
          return route.continue();
        outside.push(route.request().url());
        return route.abort();
      });
      context.on(
        'console',
        (message) => message.type() === 'error' && complaints.push(message.text()),
      );
      context.on('weberror', (error) => complaints.push(error.error().message));
      context.on(
        'request',
        (request) =>
          new URL(request.url()).pathname === '/graphql' &&
          authorizations.http.add(request.headers().authorization),
      );
      page = await context.newPage();
    });
    afterEach(() => context.close());
    afterAll(async () => {
      await browser?.close();
      await server?.kill();
      await scratch.remove();
    });

    const visit = async (tab: Page, key: string) => {
      await tab.goto(`${server.url}/#key=${key}`);
      await tab.waitForSelector('.graphiql-execute-button');
    };
    const open = async (name: string) => page.locator('[role=tab]', { hasText: name }).click();
    const run = async () => page.click('.graphiql-execute-button');
    const answer = () =>
      page
        .locator('.result-window')
        .innerText()
        .then((text) => text.replaceAll('\u00a0', ' '));
    const until = async (says: RegExp) => {
      const end = Date.now() + 15_000;
      while (!says.test(await answer())) {
        if (Date.now() > end)
          throw new Error(`The response never contained ${says}: ${await answer()}`);
        await page.waitForTimeout(50);
      }
    };

    it('read the demo data, receive a booking of another tab, and contact no other host', async () => {
      const { secret } = keys['Harbor Clinic']!;
      const subscribed = new Promise<void>((resolve) => {
        page.on('websocket', (socket) =>
          socket.on('framesent', ({ payload }) => {
            const message = JSON.parse(String(payload));
            if (message.type === 'connection_init')
              authorizations.ws.add(message.payload?.Authorization);
            if (message.type === 'subscribe') resolve();
          }),
        );
      });
      await visit(page, secret);
      expect(page.url()).toBe(`${server.url}/`);
      await run();
      await until(/Harbor Clinic/);

      await open('Listen');
      await run();
      await subscribed;
      const other = await context.newPage();
      await visit(other, secret);
      await other.locator('[role=tab]', { hasText: 'Book' }).click();
      await other.click('.graphiql-execute-button');
      await other.locator('.result-window', { hasText: 'createAppointment' }).waitFor();

      await until(/bookingNotifications[\s\S]*CREATED/);
      expect([...authorizations.http]).toEqual([`Bearer ${secret}`]);
      expect([...authorizations.ws]).toEqual([`Bearer ${secret}`]);
      expect(outside).toEqual([]);
      expect(complaints).toEqual([]);
    });

    it('book for any business that the key belongs to, and keep the key for the session only', async () => {
      const { secret } = keys['Salon Aurelia']!;
      await visit(page, secret);
      await open('Book');
      await run();
      await until(/"userErrors": \[\]/);
      expect(await page.evaluate('Object.entries(localStorage)')).toEqual([]);
      expect(await page.evaluate(`sessionStorage.getItem('slotgraph:key')`)).toBe(secret);
      expect(outside).toEqual([]);
      expect(complaints).toEqual([]);
    });

    it('read the schema without a key, send no placeholder, and accept a pasted key', async () => {
      const sent: (string | undefined)[] = [];
      page.on(
        'request',
        (request) =>
          new URL(request.url()).pathname === '/graphql' &&
          sent.push(request.headers().authorization),
      );
      const introspected = page.waitForResponse(
        async (response) =>
          response.url().endsWith('/graphql') && (await response.text()).includes('"__schema"'),
      );
      await page.goto(server.url);
      await introspected;
      expect(sent.length).toBeGreaterThan(0);
      expect([...new Set(sent)]).toEqual([undefined]);
      expect(await page.innerText('.key-hint')).toContain('Without a key');

      const { secret } = keys['Harbor Clinic']!;
      await page.fill('#key', secret);
      await Promise.all([
        page.waitForEvent('load'),
        page.locator('.key-bar button[type=submit]').click(),
      ]);
      await page.waitForSelector('.graphiql-execute-button');
      await run();
      await until(/Harbor Clinic/);
      expect(await page.locator('.key-hint').count()).toBe(0);
      // The first row is a booking, not time off.
      expect(await answer()).not.toContain('"client": null');
    });

    it('receive a booking of another tab live, cancel it, and survive a reload', async () => {
      const { secret } = keys['Harbor Clinic']!;
      await visit(page, secret);
      await page.click('#live');
      await page.locator('.live [role=status]', { hasText: 'listening' }).waitFor();
      await open('Book');
      await run();
      await until(/"userErrors": \[\]/);
      const id = /"id": "(Appointment:\d+)"/.exec(await answer())![1] as string;
      await page.locator('.live li', { hasText: id }).waitFor();

      await page.reload();
      await page.waitForSelector('.graphiql-execute-button');
      expect(await page.locator('[role=tab][aria-selected=true]').innerText()).toContain('Book');
      await page.locator('.live [role=status]', { hasText: 'listening' }).waitFor();

      await open('Cancel');
      await page.locator('.graphiql-editor-tool', { hasText: id }).waitFor();
      await run();
      // The document has several operations: GraphiQL lets the user choose.
      await page.locator('[role=menuitem]', { hasText: 'Cancel' }).click();
      await until(/"status": "CANCELLED"/);
      expect(await answer()).toContain(id);
      await page.locator('.live li', { hasText: 'CANCELLED' }).waitFor();
      expect(complaints).toEqual([]);
    });

    it.each([400, 768, 1400])('are usable at %i pixels', async (width) => {
      await page.setViewportSize({ width, height: 900 });
      await visit(page, keys['Harbor Clinic']!.secret);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(
        width,
      );
      const editor = await page.locator('.graphiql-query-editor').boundingBox();
      const response = await page.locator('.graphiql-response').boundingBox();
      expect(editor!.width).toBeGreaterThan(300);
      expect(editor!.height).toBeGreaterThan(150);
      expect(response!.width).toBeGreaterThan(300);
      expect(response!.height).toBeGreaterThan(200);
      await run();
      await until(/Harbor Clinic/);
    });
  },
);
