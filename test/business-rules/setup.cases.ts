import { Role } from '../../src/context';
import { addLocation, addStaff, change } from '../support/fixtures/clinic';
import { addDeadJob, addDelivery } from '../support/fixtures/mutations/rows';
import { numberOf } from '../support/fixtures/ids';
import { raw, sql } from '../../src/db/sql';
import type { Attempts, RulesFixture } from './rules.fixture';

const WEEK = { weekdays: ['MONDAY'], ranges: [{ start: '09:00', end: '10:00' }] };

/** Rules about locations, hours, keys, webhooks, jobs and definitions. */
export function setupAttempts(fixture: RulesFixture): Attempts {
  const { gateway, booked, free, idOf, made } = fixture;

  const webhook = () =>
    idOf('createWebhook', { url: 'https://hooks.example.com/', events: ['CREATED'] }, 'webhook');
  const place = () => addLocation(gateway, { locationName: 'Annex', timeZone: 'UTC' });
  const set = (table: string, column: string, value: string, id: string) =>
    gateway.gateway.db.transaction((tx) =>
      tx.run(
        sql`UPDATE ${raw(table)} SET ${raw(column)} = ${value} WHERE id = ${numberOf(id)} AND business_id = ${gateway.business.business.rowId}`,
      ),
    );

  const group = (groupType: string, memberIds: string[] = []) =>
    idOf('createGroup', { name: 'A group', groupType, memberIds }, 'group');

  return {
    GROUP_TYPE: async () => {
      const id = await group('SUPER');
      return {
        mutation: 'updateGroup',
        refused: { id, memberIds: [await group('STAFF')] },
        accepted: { id, memberIds: [await group('LOCATION')] },
        path: ['memberIds', '0'],
        message: 'A super-group contains groups of locations and super-groups only.',
      };
    },
    GROUP_CYCLE: async () => {
      const inner = await group('SUPER', [await group('LOCATION')]);
      const outer = await group('SUPER', [await group('SUPER', [inner])]);
      return {
        mutation: 'updateGroup',
        refused: { id: inner, memberIds: [outer] },
        accepted: { id: inner, memberIds: [await group('SUPER')] },
        path: ['memberIds'],
        message: 'A super-group cannot contain itself, directly or through other groups.',
      };
    },
    PRIMARY_LOCATION_REQUIRED: async () => {
      const { locations } = await gateway.data('{ locations { nodes { id primary } } }');
      return {
        mutation: 'deleteLocation',
        refused: { id: locations.nodes.find(({ primary }: any) => primary).id },
        accepted: { id: await place() },
        path: ['id'],
        message: 'Make another location primary before you delete this one.',
      };
    },
    STAFF_NOT_AT_LOCATION: async () => {
      const { staffId, locationId } = fixture.clinic;
      const hours = { ownerId: staffId, validFrom: '2040-01-01', ...WEEK };
      return {
        mutation: 'createSchedulePeriod',
        refused: { ...hours, locationId: await place() },
        accepted: { ...hours, locationId },
        path: ['locationId'],
        message: 'does not serve at this location: add it to their locations first.',
      };
    },
    FIXED_BY_OWNER: async () => {
      const ownerId = await place();
      const hours = { ownerId, validFrom: '2040-01-01', ...WEEK };
      return {
        mutation: 'createSchedulePeriod',
        refused: { ...hours, locationId: ownerId },
        accepted: hours,
        path: ['locationId'],
        message: 'Hours of a location or of a resource cannot name a location',
      };
    },
    OUTSIDE_PERIOD: async () => {
      const hours = { ownerId: await place(), validFrom: '2040-01-01', ...WEEK };
      const id = await idOf('createSchedulePeriod', hours, 'schedulePeriod');
      return {
        mutation: 'splitSchedulePeriod',
        refused: { id, date: '2040-01-01' },
        accepted: { id, date: '2040-01-02' },
        path: ['date'],
        message: 'This period is valid from 2040-01-01 on: choose a later day within it.',
      };
    },
    LAST_ADMINISTRATOR_KEY: async () => {
      const { business, secretKey } = await gateway.addBusiness({ name: 'New', timeZone: 'UTC' });
      const { apiKeys } = await gateway.data('{ apiKeys { id role } }', {}, { key: secretKey });
      const { id } = apiKeys.find(({ role }: any) => role === 'ADMINISTRATOR');
      return {
        mutation: 'revokeApiKey',
        refused: { id },
        accepted: { id },
        key: secretKey,
        path: ['id'],
        message: 'This is the last key of an administrator. Create another one',
        between: () => gateway.key(Role.ADMINISTRATOR, { businessId: business.rowId }),
      };
    },
    KEY_REVOKED: async () => {
      const input = { name: 'Rotated', role: 'PUBLIC' };
      const revoked = await idOf('createApiKey', input, 'apiKey');
      await made('revokeApiKey', { id: revoked }, 'apiKey');
      return {
        mutation: 'rotateApiKey',
        refused: { id: revoked },
        accepted: { id: await idOf('createApiKey', input, 'apiKey') },
        path: ['id'],
        message: 'This key was revoked and cannot be rotated. Create another one.',
      };
    },
    JOB_NOT_DEAD: async () => {
      const [dead, waiting] = [await addDeadJob(gateway), await addDeadJob(gateway)];
      await set('job', 'state', 'DONE', waiting);
      return {
        mutation: 'retryJob',
        refused: { id: waiting },
        accepted: { id: dead },
        path: ['id'],
        message: 'This job is DONE; only a DEAD job can be retried.',
      };
    },
    ADDRESS_FORBIDDEN: async () => ({
      mutation: 'createWebhook',
      refused: { url: 'http://hooks.example.com/', events: ['CREATED'] },
      accepted: { url: 'https://hooks.example.com/', events: ['CREATED'] },
      path: ['url'],
      message: 'Use a publicly reachable https address.',
    }),
    WEBHOOK_INACTIVE: async () => {
      const id = await webhook();
      await change(gateway, 'updateWebhook', { id, active: false });
      return {
        mutation: 'replayWebhook',
        refused: { id, after: '0' },
        accepted: { id, after: '0' },
        path: ['id'],
        message: 'This webhook is inactive: activate it first.',
        between: () => change(gateway, 'updateWebhook', { id, active: true, skipMissed: true }),
      };
    },
    DELIVERY_STATE: async () => {
      const webhookId = await webhook();
      const [delivered, pending] = [
        await addDelivery(gateway, webhookId),
        await addDelivery(gateway, webhookId),
      ];
      await set('webhook_delivery', 'state', 'PENDING', pending);
      return {
        mutation: 'replayWebhookDelivery',
        refused: { id: pending },
        accepted: { id: delivered },
        path: ['id'],
        message: 'This delivery is still pending.',
      };
    },
    DELETED: async () => {
      const id = await addStaff(gateway, 'leaves', 'UTC');
      await change(gateway, 'deleteStaff', { id });
      return {
        mutation: 'updateStaff',
        refused: { id, firstName: 'New' },
        accepted: { id, firstName: 'New' },
        path: ['id'],
        message: 'is deleted. Restore it before you change it.',
        between: () => change(gateway, 'restoreStaff', { id }),
      };
    },
    IN_USE: async () => {
      const id = await addStaff(gateway, 'busy', 'UTC', [fixture.clinic.locationId]);
      const start = free();
      await booked({ staffId: id, start, override: true });
      const end = Date.parse(start) + 45 * 60_000;
      gateway.time = end - 1;
      return {
        mutation: 'deleteStaff',
        refused: { id },
        accepted: { id },
        path: ['id'],
        message: 'This staff member has 1 appointment still to come. Move or cancel them first.',
        between: () => (gateway.time = end),
      };
    },
    BUILT_IN: async () => {
      const own = { code: 'LATE', label: 'Late', status: 'OPEN' };
      await change(gateway, 'createAppointmentSubStatus', own);
      return {
        mutation: 'updateAppointmentSubStatus',
        refused: { code: 'OPEN', label: 'Booked' },
        accepted: { code: 'LATE', label: 'Delayed' },
        path: ['code'],
        message: 'This sub-status is built in.',
      };
    },
    ENCRYPTION_REQUIRED: async () => {
      const input = { firstName: 'Jon', lastName: 'Sealed', ssn: '078-05-1120' };
      return {
        mutation: 'createClient',
        refused: input,
        accepted: input,
        path: ['ssn'],
        message: 'A social security number is stored encrypted only',
        between: async () => {
          gateway.scratch.env.ENCRYPTION_KEY = 'k'.repeat(32);
          await gateway.restart({ backgroundWork: false });
        },
      };
    },
    LIMIT_REACHED: async () => {
      const { secretKey: key } = await gateway.addBusiness({ name: 'Many', timeZone: 'UTC' });
      const input = { url: 'https://hooks.example.com/', events: ['CREATED'] };
      const add = () => idOf('createWebhook', input, 'webhook', key);
      for (let count = 1; count < 50; count += 1) await add();
      const last = await add();
      return {
        mutation: 'createWebhook',
        refused: input,
        accepted: input,
        key,
        path: [],
        message: 'A business has at most 50 webhooks.',
        between: () => change(gateway, 'deleteWebhook', { id: last }, '', key),
      };
    },
  };
}
