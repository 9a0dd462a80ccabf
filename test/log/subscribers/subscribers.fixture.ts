import { Role } from '../../../src/context';
import { appendEvent } from '../../../src/log/log.service';
import { LogEvent } from '../../../src/log/event.entity';
import { Outbound } from '../../../src/services/outbound/outbound';
import { sql } from '../../../src/db/sql';
import { find } from '../../../src/db/table';
import { addClient, addClinic, addLocation, addReason } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import { WebhookReceiver } from '../../support/harness/webhook-receiver';
import type { TestGateway } from '../../support/harness/gateway';
import type { Place } from './viewers';

const FIELDS = `cursor type visibility appointmentId actorName note changes { field from to }
  appointment { id version status }`;
export const LISTEN = `subscription ($after: String, $filter: BookingNotificationFilter) {
  bookingNotifications(after: $after, filter: $filter) { ${FIELDS} }
}`;
export const LOG = `query ($after: String, $filter: BookingNotificationFilter) {
  bookingNotifications(after: $after, filter: $filter, first: 100) { nodes { ${FIELDS} } } }`;

/**
 * Set before each suite, since a move of the reason has no mutation: it writes the row and its
 * event as the service does.
 */
export let setReason: (place: Place, id: string, reasonId: string) => Promise<void>;

/** Set-up and requests that the cases of the suite share. */
export function subscribersFixture(gateway: TestGateway) {
  let places: Place[];
  let receiver: WebhookReceiver;
  let day = 0;
  const free = () => new Date(Date.UTC(2034, 1, 1, 15) + (day += 1) * 86_400_000).toISOString();

  async function addPlace(mark: string, key: string, businessId: number): Promise<Place> {
    const clinic = await addClinic(gateway, mark, key);
    const staffIds = [clinic.staffId, clinic.otherStaffId];
    return {
      ...clinic,
      key,
      businessId,
      otherLocationId: await addLocation(
        gateway,
        { locationName: 'Branch', timeZone: 'America/New_York' },
        key,
      ),
      otherClientId: await addClient(
        gateway,
        {
          firstName: 'Bran',
          lastName: `Stark ${mark}`,
          emailAddress: `bran-${mark}@winterfell.org`,
        },
        key,
      ),
      otherReasonId: await addReason(
        gateway,
        {
          reasonDesc: `Consultation ${mark}`,
          visitMinutes: 45,
          slotStepMinutes: 15,
          price: '80.00',
          staffIds,
        },
        key,
      ),
    };
  }

  beforeAll(async () => {
    receiver = new WebhookReceiver();
    await receiver.start();
    await gateway.restart({
      outbound: new Outbound({ allowedHosts: ['127.0.0.1'], timeoutMs: 20_000 }),
    });
    const { secretKey, business } = await gateway.addBusiness({
      name: 'Other',
      timeZone: 'America/New_York',
    });
    places = [
      await addPlace('a', gateway.business.secretKey, gateway.business.business.rowId),
      await addPlace('b', secretKey, business.rowId),
    ];
    setReason = async ({ businessId }, id, reasonId) => {
      const { db } = gateway.gateway;
      const rowId = numberOf(id);
      const last = (await find(db, LogEvent, { businessId, appointmentId: rowId }))
        .sort((one, other) => one.position - other.position)
        .at(-1) as LogEvent;
      const [from, to, version] = [
        last.snapshot.reasonId as number,
        numberOf(reasonId),
        (last.snapshot.version as number) + 1,
      ];
      const actor = {
        businessId,
        actor: 'key:1',
        actorName: 'First key',
        staffId: null,
        clientId: null,
        role: Role.ADMINISTRATOR,
      };
      await db.transaction(async (tx) => {
        await tx.run(
          sql`UPDATE appointment SET reason_id = ${to}, version = ${version} WHERE business_id = ${businessId} AND id = ${rowId}`,
        );
        await appendEvent(
          { tx, member: actor, now: Date.now() },
          {
            type: 'UPDATED',
            reason: null,
            appointmentId: rowId,
            changes: { reasonId: [from, to] },
            snapshot: { ...last.snapshot, reasonId: to, version },
          },
        );
      });
    };
  });
  afterAll(() => receiver.stop());

  return {
    get places() {
      return places;
    },
    get receiver() {
      return receiver;
    },
    free,
  };
}

export type SubscribersFixture = ReturnType<typeof subscribersFixture>;
