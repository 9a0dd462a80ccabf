import { Role } from '../../../src/context';
import { addClient, addReason, book, change } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import type { ValuesFixture } from './values.fixture';

export function requiredCases(gateway: TestGateway, fixture: ValuesFixture): void {
  const { id, next, fill, define, refusedBy, problemsOf, wanted, total } = fixture;

  describe('with a required field', () => {
    const forReason = async (): Promise<string> =>
      addReason(gateway, {
        reasonDesc: 'Surgery',
        visitMinutes: 30,
        slotStepMinutes: 15,
        staffIds: [fixture.clinic.staffId, fixture.clinic.otherStaffId],
      });
    let surgery: string;
    beforeAll(async () => {
      surgery = await forReason();
      await define('Consent', {
        dataType: 'CHECK',
        required: true,
        filterByService: true,
        reasonIds: [surgery],
      });
    });

    it('is required in every booking of its reasons, and in no other', async () => {
      expect(await problemsOf('createAppointment', wanted({ reasonId: surgery }))).toEqual([
        ['Consent', 'REQUIRED'],
      ]);
      expect(
        await problemsOf(
          'createAppointment',
          wanted({ reasonId: surgery, fields: [fill('Consent', ' ')] }),
        ),
      ).toEqual([['Consent', 'REQUIRED']]);
      expect(
        (
          await book(gateway, fixture.clinic, next(), {
            reasonId: surgery,
            fields: [fill('Consent', 'true')],
          })
        ).userErrors,
      ).toEqual([]);
      expect((await book(gateway, fixture.clinic, next())).userErrors).toEqual([]);
      const { appointment } = await book(gateway, fixture.clinic, next(), {
        reasonId: surgery,
        fields: [fill('Consent', 'true')],
      });
      expect(
        await problemsOf('updateAppointment', {
          id: appointment.id,
          fields: [fill('Consent', null)],
        }),
      ).toEqual([['Consent', 'REQUIRED']]);
      expect(
        (await change(gateway, 'updateAppointment', { id: appointment.id, note: 'x' })).userErrors,
      ).toEqual([]);
    });

    it('are collected during a hold, and required when it is booked', async () => {
      const held = await change(
        gateway,
        'holdAppointment',
        {
          locationId: fixture.clinic.locationId,
          reasonId: surgery,
          staffId: fixture.clinic.staffId,
          clientId: fixture.clinic.clientId,
          start: next(),
        },
        'appointment { id }',
      );
      const of = held.appointment.id;
      expect(await problemsOf('bookAppointment', { id: of })).toEqual([['Consent', 'REQUIRED']]);
      await change(gateway, 'updateAppointment', { id: of, fields: [fill('Consent', 'true')] });
      const { appointment } = await change(
        gateway,
        'bookAppointment',
        { id: of, fields: [fill('Comments', 'Now')] },
        'appointment { status customFieldText }',
      );
      expect(appointment).toEqual({
        status: 'OPEN',
        customFieldText: 'Consent : Yes\nComments : Now',
      });
    });

    it('are required in a whole series and for every seat', async () => {
      const series = {
        locationId: fixture.clinic.locationId,
        reasonId: surgery,
        staffId: fixture.clinic.otherStaffId,
        clientId: fixture.clinic.clientId,
        localStart: '2031-05-05T09:00:00',
        rrule: 'FREQ=WEEKLY;COUNT=3',
      };
      expect(await problemsOf('createRecurringAppointment', series)).toEqual([
        ['Consent', 'REQUIRED'],
      ]);
      const { recurringAppointment } = await change(
        gateway,
        'createRecurringAppointment',
        { ...series, fields: [fill('Consent', 'false')] },
        'recurringAppointment { id appointments { nodes { customFieldText } } }',
      );
      expect(recurringAppointment.appointments.nodes).toEqual(
        Array.from({ length: 3 }, () => ({ customFieldText: 'Consent : No' })),
      );
      const lesson = await addReason(gateway, {
        reasonDesc: 'Yoga',
        visitMinutes: 60,
        reasonType: 'CLASS',
      });
      await change(gateway, 'updateCustomField', { id: id.Consent, reasonIds: [surgery, lesson] });
      const {
        classSchedules: [session],
      } = await change(
        gateway,
        'createClassSchedule',
        {
          reasonId: lesson,
          locationId: fixture.clinic.locationId,
          staffId: fixture.clinic.otherStaffId,
          start: '2031-06-02T14:00:00Z',
          capacity: 5,
        },
        'classSchedules { id }',
      );
      const seat = {
        reasonId: lesson,
        classScheduleId: session.id,
        clientId: fixture.clinic.clientId,
      };
      expect(await problemsOf('createAppointment', seat)).toEqual([['Consent', 'REQUIRED']]);
      const { appointment } = await change(
        gateway,
        'createAppointment',
        { ...seat, fields: [fill('Consent', 'true')] },
        'appointment { customFieldText }',
      );
      expect(appointment.customFieldText).toBe('Consent : Yes');
    });

    it('are required for waitlist bookings and claims, and do not pass to the next invited client', async () => {
      const popular = await addReason(gateway, {
        reasonDesc: 'Popular',
        visitMinutes: 30,
        slotStepMinutes: 15,
        allowWaitList: true,
        staffIds: [fixture.clinic.staffId],
      });
      await change(gateway, 'updateCustomField', { id: id.Consent, reasonIds: [surgery, popular] });
      const start = next();
      const said = {
        reasonId: popular,
        fields: [fill('Consent', 'true'), fill('Comments', 'Mine alone')],
      };
      const { appointment } = await book(gateway, fixture.clinic, start, said);
      const join = async (lastName: string): Promise<string> => {
        const clientId = await addClient(gateway, {
          firstName: 'W',
          lastName,
          emailAddress: `${lastName}@example.org`,
        });
        return (
          await change(
            gateway,
            'joinWaitlist',
            {
              reasonId: popular,
              locationId: fixture.clinic.locationId,
              clientId,
              wish: { times: [start] },
            },
            'waitlistEntry { id }',
          )
        ).waitlistEntry.id;
      };
      const [one, two] = [await join('one'), await join('two')];
      await change(gateway, 'cancelAppointment', { id: appointment.id, waitlistEntryIds: [one] });
      expect(await problemsOf('claimWaitlistInvitation', { entry: { id: one } })).toEqual([
        ['Consent', 'REQUIRED'],
      ]);
      const claimed = await change(
        gateway,
        'claimWaitlistInvitation',
        { entry: { id: one }, fields: [fill('Consent', 'false')] },
        'waitlistEntry { appointment { customFieldText } }',
      );
      expect(claimed.waitlistEntry.appointment).toEqual({ customFieldText: 'Consent : No' });
      const later = { id: two, staffId: fixture.clinic.staffId, start: next() };
      expect(await problemsOf('bookFromWaitlist', later)).toEqual([['Consent', 'REQUIRED']]);
      const booked = await change(
        gateway,
        'bookFromWaitlist',
        { ...later, fields: [fill('Consent', 'true')] },
        'waitlistEntry { appointment { customFieldText } }',
      );
      expect(booked.waitlistEntry.appointment).toEqual({ customFieldText: 'Consent : Yes' });
    });

    it('are not required of viewers who may not see the field, nor for time off', async () => {
      const shop = await gateway.key(Role.PUBLIC);
      const inside = await define('Internal number', { required: true, visibleOnScheduler: false });
      const client = { firstName: 'C', lastName: 'D', emailAddress: 'cd@example.org' };
      expect(
        (
          await change(
            gateway,
            'createAppointment',
            wanted({ clientId: undefined, client }),
            '',
            shop,
          )
        ).userErrors,
      ).toEqual([]);
      expect(await problemsOf('createAppointment', wanted())).toEqual([
        ['Internal number', 'REQUIRED'],
      ]);
      const personal = await addReason(gateway, {
        reasonDesc: 'Lunch',
        visitMinutes: 30,
        reasonType: 'PERSONAL',
      });
      expect(
        (await book(gateway, fixture.clinic, next(), { reasonId: personal, clientId: undefined }))
          .userErrors,
      ).toEqual([]);
      await change(gateway, 'deleteCustomField', { id: inside });
      expect((await book(gateway, fixture.clinic, next())).userErrors).toEqual([]);
    });

    it('are required for every new client, by any caller', async () => {
      const since = await define('Since', { mode: 'CLIENT', dataType: 'DATE', required: true });
      const shop = await gateway.key(Role.PUBLIC);
      const before = await total();
      const client = { firstName: 'E', lastName: 'F', emailAddress: 'ef@example.org' };
      expect(await problemsOf('createClient', { firstName: 'E', lastName: 'F' })).toEqual([
        ['Since', 'REQUIRED'],
      ]);
      const [error] = await refusedBy(
        'createAppointment',
        wanted({ clientId: undefined, client }),
        shop,
      );
      expect([error.code, error.path]).toEqual(['INVALID_INPUT', ['input', 'client', 'fields']]);
      expect(await total()).toEqual(before);
      const booked = await change(
        gateway,
        'createAppointment',
        wanted({
          clientId: undefined,
          client: { ...client, fields: [fill('Since', '2030-01-31')] },
        }),
        'appointment { id client { fields { extendedValue } } }',
      );
      expect(booked.appointment.client.fields).toEqual([{ extendedValue: 'January 31, 2030' }]);
      expect(
        (await change(gateway, 'updateClient', { id: fixture.clinic.clientId, notes: 'x' }))
          .userErrors,
      ).toEqual([]);
      await change(gateway, 'updateCustomField', { id: since, required: false });
      expect(
        (await change(gateway, 'createClient', { firstName: 'E', lastName: 'F' })).userErrors,
      ).toEqual([]);
    });
  });
}
