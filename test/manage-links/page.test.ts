import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromiumPath, launchBrowser } from '../support/harness/browser';
import { addClinic, book, type Clinic } from '../support/fixtures/clinic';
import { TestGateway } from '../support/harness/gateway';

jest.setTimeout(90_000);

const MANAGE_URL = 'query ($id: ID!) { appointment(id: $id) { manageUrl } }';

describe('the manage page', () => {
  const gateway = new TestGateway('sqlite');
  afterEach(() => gateway.stop());

  it('is the target of manage links, under a strict content security policy', async () => {
    await gateway.start();
    const clinic = await addClinic(gateway);
    const { appointment } = await book(gateway, clinic, '2031-01-06T14:00:00Z');
    const {
      appointment: { manageUrl },
    } = await gateway.data(MANAGE_URL, { id: appointment.id });

    expect(new URL(manageUrl).origin).toBe(gateway.gateway.url);
    for (const method of ['GET', 'HEAD']) {
      const response = await fetch(manageUrl, { method });
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        'text/html; charset=utf-8',
      ]);
      expect(response.headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; /,
      );
      expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    }
  });

  it('is served without the explorer, and not if MANAGE_URL leads elsewhere', async () => {
    await gateway.start();
    const statusOf = async (path: string) => (await fetch(`${gateway.gateway.url}${path}`)).status;
    Object.assign(gateway.scratch.env, { EXPLORER: '0' });
    await gateway.restart({});
    expect([
      await statusOf('/manage'),
      await statusOf('/playground/manage.js'),
      await statusOf('/playground/main.js'),
    ]).toEqual([200, 200, 404]);
    expect(await (await fetch(gateway.gateway.url)).text()).toBe(
      'GraphQL is at /graphql. The explorer is switched off (EXPLORER).\n',
    );
    Object.assign(gateway.scratch.env, { MANAGE_URL: 'https://example.org/mine#{token}' });
    await gateway.restart({});
    expect(await statusOf('/manage')).toBe(404);
  });
});

(chromiumPath ? describe : describe.skip)(
  `the manage page in a browser${chromiumPath ? '' : ': left out, no Chromium found; set CHROMIUM_PATH'}`,
  () => {
    const gateway = new TestGateway('sqlite');
    let clinic: Clinic;
    let browser: Browser;
    let context: BrowserContext;
    let page: Page;
    const outside: string[] = [];
    const complaints: string[] = [];

    beforeAll(async () => {
      await gateway.start();
      clinic = await addClinic(gateway);
      browser = await launchBrowser();
    });
    beforeEach(async () => {
      context = await browser.newContext({
        viewport: { width: 400, height: 800 },
        locale: 'en-US',
      });
      await context.route('**', (route) => {
        const { origin, protocol } = new URL(route.request().url());
        if (origin === gateway.gateway.url || protocol === 'data:') return route.continue();
        outside.push(route.request().url());
        return route.abort();
      });
      context.on(
        'console',
        (message) => message.type() === 'error' && complaints.push(message.text()),
      );
      context.on('weberror', (error) => complaints.push(error.error().message));
      page = await context.newPage();
    });
    afterEach(async () => {
      await context.close();
      expect([outside, complaints]).toEqual([[], []]);
    });
    afterAll(async () => {
      await browser?.close();
      await gateway.stop();
    });

    const visit = async (start: string) => {
      const {
        appointment: { id },
      } = await book(gateway, clinic, start);
      const {
        appointment: { manageUrl },
      } = await gateway.data(MANAGE_URL, { id });
      await page.goto(manageUrl);
      await page.waitForSelector('dl');
      return {
        id,
        read: async () =>
          (
            await gateway.data(
              'query ($id: ID!) { appointment(id: $id) { status start clientRescheduleCount } }',
              { id },
            )
          ).appointment,
      };
    };
    const text = () => page.innerText('main');

    it('shows the appointment, and fits 400 pixels', async () => {
      await visit('2031-01-06T14:00:00Z');

      expect(await text()).toMatch(
        /Check-up[\s\S]*Monday, January 6, 2031, 9:00 AM[\s\S]*America\/New_York[\s\S]*Booked/,
      );
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(400);
      if (process.env.SCREENSHOTS)
        await page.screenshot({ path: `${process.env.SCREENSHOTS}/manage.png` });
    });

    it('cancels it after a confirmation', async () => {
      const { read } = await visit('2031-01-07T14:00:00Z');

      await page.click('#cancel');
      expect(await read()).toMatchObject({ status: 'OPEN' });
      await page.click('#confirm-cancel');
      await page.waitForSelector('[role=status]');

      expect(await text()).toMatch(/Your appointment is cancelled\.[\s\S]*Cancelled/);
      expect(await read()).toMatchObject({ status: 'CANCELLED' });
      expect(await page.locator('#cancel').count()).toBe(0);
    });

    it('moves it to a free time, and names the reason if the time has been booked meanwhile', async () => {
      const { read } = await visit('2031-01-08T14:00:00Z');

      await page.click('#move');
      await page.fill('#from', '2031-01-09');
      await page.locator('h2', { hasText: 'Thursday, January 9, 2031' }).waitFor();
      if (process.env.SCREENSHOTS)
        await page.screenshot({ path: `${process.env.SCREENSHOTS}/manage-times.png` });
      await page.locator('.times button').first().click();
      await page.click('#confirm-move');
      await page.waitForSelector('[role=status]');
      expect(await text()).toMatch(
        /Your appointment is moved\.[\s\S]*Thursday, January 9, 2031, 12:00 AM/,
      );
      expect(await read()).toMatchObject({
        status: 'OPEN',
        start: '2031-01-09T05:00:00.000Z',
        clientRescheduleCount: 1,
      });

      await page.click('#move');
      await page.fill('#from', '2031-01-10');
      await page.locator('h2', { hasText: 'Friday, January 10, 2031' }).waitFor();
      await page.locator('.times button').first().click();
      await book(gateway, clinic, '2031-01-10T05:00:00Z');
      await page.click('#confirm-move');
      await page.waitForSelector('[role=alert]');
      expect(await text()).toContain('not free at this time');
      expect(await read()).toMatchObject({ start: '2031-01-09T05:00:00.000Z' });
    });

    it('reports an invalid link', async () => {
      for (const [hash, says] of [
        ['', 'Open the link of your message again'],
        ['#1-1-x', 'link'],
      ] as const) {
        await page.goto('about:blank');
        await page.goto(`${gateway.gateway.url}/manage${hash}`);
        await page.waitForSelector('[role=alert]');
        expect(await page.innerText('[role=alert]')).toContain(says);
      }
    });
  },
);
