import { SAMPLES, tabsFor } from '../../../src/playground/tabs';
import { addClinic, book, type Clinic } from '../../support/fixtures/clinic';
import { TestGateway } from '../../support/harness/gateway';

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
    expect(samples.staff.nodes[0]).toEqual({
      id: clinic.staffId,
      locations: [{ id: clinic.locationId }],
    });
    expect(samples.appointments.nodes).toEqual([{ id: appointment.id }]);
    const [look, find, make, cancel, listen] = tabsFor({
      ...clinic,
      appointmentId: appointment.id,
      start: '2031-01-07T12:00:00Z',
    });
    expect((await gateway.data(look!.query, JSON.parse(look!.variables))).viewer.role).toBe(
      'ADMINISTRATOR',
    );
    const found = await gateway.data(find!.query, JSON.parse(find!.variables));
    expect([found.availability.days.length, found.explainAvailability.candidates.length]).toEqual([
      14, 1,
    ]);
    expect(
      (await gateway.data(make!.query, JSON.parse(make!.variables))).createAppointment.userErrors,
    ).toEqual([]);
    const response = await fetch(`${gateway.gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${gateway.business.secretKey}`,
      },
      body: JSON.stringify({
        query: cancel!.query,
        variables: JSON.parse(cancel!.variables),
        operationName: 'Cancel',
      }),
    });
    expect(((await response.json()) as any).data.cancelAppointment.appointment.status).toBe(
      'CANCELLED',
    );
    const subscription = gateway.subscribe(listen!.query, { after: '0' });
    expect(await subscription.atLeast(3)).toHaveLength(3);
    await subscription.close();
  });

  it('are served under a strict policy, compressed, and only from their own folder', async () => {
    const { url } = gateway.gateway;
    const page = await fetch(url);
    expect(page.headers.get('content-security-policy')).toMatch(
      /default-src 'none'; script-src 'self';/,
    );
    expect(await page.text()).toContain('<title>Slotgraph</title>');
    const etag = page.headers.get('etag') as string;
    for (const [known, status] of [
      [etag, 304],
      [`"another", ${etag}`, 304],
      ['*', 304],
      ['"another"', 200],
    ] as const) {
      expect([known, (await fetch(url, { headers: { 'if-none-match': known } })).status]).toEqual([
        known,
        status,
      ]);
    }
    for (const [accepted, encoding] of [
      ['gzip', 'gzip'],
      ['br;q=1, gzip;q=0.5', 'gzip'],
      ['gzip;q=0', null],
      ['identity', null],
    ] as const) {
      const { headers } = await fetch(`${url}/playground/main.js`, {
        headers: { 'accept-encoding': accepted },
      });
      expect([accepted, headers.get('content-encoding'), headers.get('vary')]).toEqual([
        accepted,
        encoding,
        'accept-encoding',
      ]);
    }
    for (const path of [
      '/playground/..%2f..%2fpackage.json',
      '/playground/%2e%2e/main.js',
      '/playground/.playground',
      '/playground/nothing.js',
    ]) {
      expect([path, (await fetch(`${url}${path}`)).status]).toEqual([path, 404]);
    }
  });

  it('lead to the specification of each scalar, relative to the address of the gateway', async () => {
    const { url } = gateway.gateway;
    const { __schema } = await gateway.data('{ __schema { types { name specifiedByURL } } }');
    const scalars = __schema.types.filter((type: any) => type.specifiedByURL);

    const pages = await Promise.all(
      scalars.map(async ({ name, specifiedByURL }: any) => {
        const page = await fetch(new URL(specifiedByURL, `${url}/graphql`));
        return [name, page.headers.get('content-type'), (await page.text()).includes(`## ${name}`)];
      }),
    );

    expect(pages.length).toBeGreaterThan(5);
    expect(pages).toEqual(
      scalars.map(({ name }: any) => [name, 'text/plain; charset=utf-8', true]),
    );
  });
});
