import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { SAMPLES, tabsFor } from '../src/playground/tabs';
import { chromiumPath, launchBrowser } from './support/browser';
import { addClinic, book, type Clinic } from './support/clinic';
import { scratchDatabase, TestGateway, type Scratch } from './support/gateway';
import { startProcess, type GatewayProcess } from './support/process';

jest.setTimeout(60_000);

describe('the ready tabs of the explorer', () => {
  const gateway = new TestGateway('sqlite');
  let clinic: Clinic;
  beforeAll(async () => {
    await gateway.start();
    clinic = await addClinic(gateway);
  });
  afterAll(() => gateway.stop());

  it('run as they are', async () => {
    const { appointment } = await book(gateway, clinic, '2031-01-06T14:00:00Z');
    const samples = await gateway.data(SAMPLES);
    expect(samples.staff.nodes[0]).toEqual({ id: clinic.staffId, locations: [{ id: clinic.locationId }] });
    expect(samples.appointments.nodes).toEqual([{ id: appointment.id }]);
    const [look, make, cancel, listen] = tabsFor({ ...clinic, appointmentId: appointment.id, localStart: '2031-01-07T07:00' });
    expect((await gateway.data(look!.query, JSON.parse(look!.variables))).viewer.role).toBe('ADMINISTRATOR');
    expect((await gateway.data(make!.query, JSON.parse(make!.variables))).createAppointment.userErrors).toEqual([]);
    const response = await fetch(`${gateway.gateway.url}/graphql`, {
      method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${gateway.business.secretKey}` },
      body: JSON.stringify({ query: cancel!.query, variables: JSON.parse(cancel!.variables), operationName: 'Cancel' }),
    });
    expect(((await response.json()) as any).data.cancelAppointment.appointment.status).toBe('CANCELLED');
    const subscription = gateway.subscribe(listen!.query, { after: '0' });
    expect(await subscription.atLeast(3)).toHaveLength(3);
    await subscription.close();
  });

  it('are served under a strict policy, compressed, and only from their own folder', async () => {
    const { url } = gateway.gateway;
    const page = await fetch(url);
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self';/);
    expect(await page.text()).toContain('<title>Slotgraph</title>');
    expect((await fetch(url, { headers: { 'if-none-match': page.headers.get('etag') as string } })).status).toBe(304);
    expect((await fetch(`${url}/playground/main.js`)).headers.get('content-encoding')).toBe('gzip');
    for (const path of ['/playground/..%2f..%2fpackage.json', '/playground/%2e%2e/main.js', '/playground/.playground', '/playground/nothing.js']) {
      expect([path, (await fetch(`${url}${path}`)).status]).toEqual([path, 404]);
    }
  });
});

(chromiumPath ? describe : describe.skip)(`the explorer in a browser${chromiumPath ? '' : ': left out, no Chromium found; set CHROMIUM_PATH'}`, () => {
  let scratch: Scratch;
  let server: GatewayProcess;
  let browser: Browser;
  let page: Page;
  const outside: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    scratch = await scratchDatabase('sqlite');
    server = await startProcess({ ...scratch.env, SEED_DEMO: '1' });
    const key = /sg_sk_\w+_[\w-]+/.exec(readFileSync(`${scratch.env.DATA_DIR}/demo-keys.json`, 'utf8'))![0];
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    await page.route('**', (route) => {
      const { protocol, origin } = new URL(route.request().url());
      if (origin === server.url || protocol === 'data:' || protocol === 'blob:') return route.continue();
      outside.push(route.request().url());
      return route.abort();
    });
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${server.url}/#key=${key}`);
    await page.waitForSelector('.graphiql-execute-button');
  });
  afterAll(async () => {
    await browser?.close();
    await server?.kill();
    await scratch.remove();
  });

  const open = async (name: string) => page.locator('[role=tab]', { hasText: name }).click();
  const run = async () => page.click('.graphiql-execute-button');
  const answer = () => page.locator('.result-window').innerText().then((text) => text.replaceAll('\u00a0', ' '));
  const until = async (says: RegExp) => {
    const end = Date.now() + 15_000;
    while (!says.test(await answer())) {
      if (Date.now() > end) throw new Error(`The answer never said ${says}: ${await answer()}`);
      await page.waitForTimeout(50);
    }
  };

  it('looks around the demo data, hears a booking that another tab makes, and asks nobody outside', async () => {
    expect(page.url()).toBe(`${server.url}/`);
    await run();
    await until(/Harbor Clinic/);

    await open('Listen');
    await run();
    await page.waitForTimeout(500);
    const other = await browser.newPage();
    const key = await page.evaluate(`sessionStorage.getItem('slotgraph:key')`);
    await other.goto(`${server.url}/#key=${key}`);
    await other.locator('[role=tab]', { hasText: 'Book' }).click();
    await other.click('.graphiql-execute-button');
    await other.locator('.result-window', { hasText: 'createAppointment' }).waitFor();

    await until(/bookingNotifications[\s\S]*CREATED/);
    expect(outside).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
