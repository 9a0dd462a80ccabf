import { getNamedType, type GraphQLObjectType } from 'graphql';
import { pino } from 'pino';
import { startApp } from '../../src/app';
import { gatewaySchema } from '../../src/schema';
import { Signer, signerOf } from '../../src/services/links';
import { sql } from '../../src/db/sql';
import { change, refusal } from '../support/fixtures/clinic';
import { selectionOfField, edgesOf, leavesOf, objectOf } from '../support/schema/schema-walker';
import type { TestGateway } from '../support/harness/gateway';
import type { ManageLinksFixture } from './manage-links.fixture';

export function rootsCases(gateway: TestGateway, fixture: ManageLinksFixture): void {
  const { urlOf, exchange, accessOf, sees } = fixture;

  const schema = gatewaySchema();
  const OPEN = [
    'appointment',
    'availability',
    'viewer',
    'cancelAppointment',
    'exchangeManageToken',
    'rescheduleAppointment',
  ];
  const codes = ({ errors }: { errors?: any }) =>
    (Array.isArray(errors) ? errors : []).map(({ extensions }) => extensions?.code);

  it('open no other root: tries each query, mutation and subscription of the schema', async () => {
    const roots = [
      ['query', schema.getQueryType()],
      ['mutation', schema.getMutationType()],
    ] as [string, GraphQLObjectType][];
    let refused = 0;
    for (const [kind, type] of roots) {
      for (const field of Object.values(type.getFields()).filter(
        ({ name }) => !OPEN.includes(name),
      )) {
        const operation = `${kind} { ${selectionOfField(field)} }`;
        expect([
          operation,
          codes(await gateway.run(operation, {}, { key: fixture.guest })),
        ]).toEqual([operation, ['FORBIDDEN']]);
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(60);
    for (const field of Object.values(schema.getSubscriptionType()!.getFields())) {
      const subscription = gateway.subscribe(
        `subscription { ${selectionOfField(field)} }`,
        {},
        fixture.guest,
      );
      expect([field.name, codes({ errors: await subscription.untilEnd() })]).toEqual([
        field.name,
        ['FORBIDDEN'],
      ]);
      await subscription.close();
    }
    // Control: another caller is admitted to the same fields.
    for (const operation of ['{ appointments { __typename } }', '{ clients { __typename } }'])
      expect(codes(await gateway.run(operation))).toEqual([]);
  });

  it('lead from the appointment to its related rows, and no further', async () => {
    const ways: [string, string, GraphQLObjectType][] = [
      ['Appointment', 'X', objectOf(schema.getQueryType()!.getFields().appointment!)!],
    ];
    const FOLLOWED = [
      'client',
      'location',
      'reason',
      'staff',
      'additionalStaff',
      'blockedStaff',
      'business',
    ];
    for (const name of FOLLOWED)
      ways.push([
        `Appointment.${name}`,
        `${name} { X }`,
        objectOf(ways[0]![2].getFields()[name]!)!,
      ]);
    const VALUES = [
      'Address',
      'AppointmentSubStatus',
      'AppointmentTransition',
      'EmergencyContact',
      'FieldValue',
      'Permission',
      'TimeZone',
    ];
    let [seen, refused] = ['', 0];
    for (const [place, way, type] of ways) {
      const ask = (selection: string) =>
        gateway.run(
          `query ($id: ID!) { appointment(id: $id) { ${way.replace('X', selection)} } }`,
          { id: fixture.mine },
          { key: fixture.guest },
        );
      const leaves = await ask(leavesOf(type).join(' '));
      expect([place, codes(leaves)]).toEqual([place, []]);
      seen += JSON.stringify(leaves.data);
      for (const field of edgesOf(type)) {
        if (
          (place === 'Appointment' && FOLLOWED.includes(field.name)) ||
          VALUES.includes(objectOf(field)?.name ?? '')
        )
          continue;
        const answer = await ask(selectionOfField(field));
        // An actor that is not visible is null, as one that is unknown.
        if (getNamedType(field.type).name === 'Actor') {
          expect([place, JSON.stringify(answer.data)]).toEqual([
            place,
            expect.stringContaining(`"${field.name}":null`),
          ]);
          continue;
        }
        // No other staff serve, so none are listed.
        if (['additionalStaff', 'blockedStaff'].some((name) => place.endsWith(name))) continue;
        expect([place, field.name, codes(answer)]).toEqual([place, field.name, ['FORBIDDEN']]);
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(20);
    expect(seen).toContain('Jon Snow a');
    expect(seen).not.toMatch(/SECRET|winterfell|2125550123/i);
    const all = await gateway.data(
      `query ($id: ID!) {
        appointment(id: $id) {
          client { viewableClients { fullName } appointments { nodes { note } } }
        }
      }`,
      { id: fixture.mine },
    );
    expect(JSON.stringify(all)).toMatch(/SECRETARYA.*SECRETNOTE/);
  });

  it('are no keys: no key can have their role', async () => {
    expect(await refusal(gateway, 'createApiKey', { name: 'x', role: 'GUEST' })).toEqual([
      'INVALID_INPUT',
      'role',
    ]);
  });

  it('are valid across restarts and processes, and appear in no log', async () => {
    const lines: string[] = [];
    const url = await urlOf(fixture.mine);
    await gateway.gateway.stop();
    const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
    gateway.gateway = await startApp(gateway.config, {
      now: () => gateway.time ?? Date.now(),
      log,
    });
    expect((await urlOf(fixture.mine))!.split('#')[1]).toBe(url!.split('#')[1]);
    const key = await accessOf(fixture.token);
    expect(await sees(key)).toBe(fixture.mine);
    const feed = (
      await change(
        gateway,
        'createCalendarFeed',
        { ownerId: fixture.clinic.staffId },
        'calendarFeedUrl',
      )
    ).calendarFeedUrl;
    for (const address of [
      feed,
      feed.replace('.ics', 'x.ics'),
      feed.replace('/calendar/', '/calenda/'),
    ])
      await (await fetch(address)).text();
    for (const given of [`${fixture.token}x`, fixture.token.replace(/-\d+-/, '-7-')])
      await exchange(given);
    await gateway.run('{ viewer { role } }', {}, { key: `${key}x` });
    await gateway.run(
      `mutation { exchangeManageToken(input: { token: "${fixture.token}" }) { nonsense } }`,
    );
    await gateway.run(
      'mutation ($token: Int!) { exchangeManageToken(input: { token: $token }) { __typename } }',
      { token: fixture.token },
    );
    expect(lines.length).toBeGreaterThan(5);
    const secrets = [fixture.token, key, feed].map(
      (text: string) => /([\w-]{43})(?:\.ics)?$/.exec(text)![1] as string,
    );
    const [{ value }] = (await gateway.gateway.db.all<{ value: string }>(
      sql`SELECT value FROM installation_secret`,
    )) as [{ value: string }];
    for (const secret of [...secrets, value]) expect(lines.join('')).not.toContain(secret);

    const signers = await Promise.all(
      Array.from({ length: 5 }, () => signerOf(gateway.gateway.db, null)),
    );
    expect(new Set(signers.map((signer) => signer.sign('a', 1)))).toEqual(
      new Set([new Signer(value).sign('a', 1)]),
    );
  });
}
