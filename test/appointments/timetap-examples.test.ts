import { addHours, addReason, uniqueName } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

/** Examples of TimeTap's documentation, used as input. */
onEachDatabase('examples of TimeTap', (gateway) => {
  const create = async (type: string, field: string, input: object) => {
    const data = await gateway.data(
      `mutation ($input: Create${type}Input!) {
        create${type}(input: $input) { ${field} { id } userErrors { code message path } }
      }`,
      { input },
    );
    expect(data[`create${type}`].userErrors).toEqual([]);
    return data[`create${type}`][field].id as string;
  };

  it('books the appointment of Jon Snow and reads it back field by field', async () => {
    const locationId = await create('Location', 'location', {
      locationName: 'MyOffice',
      locationType: 'OFFICE',
      timeZone: 'America/New_York',
    });
    const userName = uniqueName(gateway, 'DrJones2');
    const staffId = await create('Staff', 'staff', {
      userName,
      firstName: 'D',
      lastName: 'Jones',
      email: 'djones2@marshallcollege.edu',
      timeZone: 'America/New_York',
      locationIds: [locationId],
    });
    await addHours(gateway, staffId);
    const reasonId = await create('Reason', 'reason', { reasonDesc: 'Service3', visitMinutes: 45 });
    const clientId = await create('Client', 'client', {
      firstName: 'Jon',
      lastName: 'Snow',
      emailAddress: 'jsnow@castleblack.mil',
      address: { city: 'Victoria' },
      notes: 'Jon would like a notification before his appointment.',
    });
    const id = await create('Appointment', 'appointment', {
      locationId,
      reasonId,
      staffId,
      clientId,
      localStart: '2031-03-03T08:00',
    });

    const { appointment } = await gateway.data(
      `query ($id: ID!) {
        appointment(id: $id) {
          id calendarId business { id } startTime endTime clientStartTime clientEndTime date
          startDate endDate clientStartDate clientEndDate status subStatus { code status } start end
          staffStart staffEnd timeZone { code }
          reason {
            id reasonId visitMinutes reasonDesc internalDisplayName personal active reasonType
            taxable price bufferBefore bufferAfter allowOnline allowPrePay sortWeight color
            reasonDetail apptDayMax apptHrMin business { id }
          }
          client {
            id clientId firstName lastName fullName emailAddress address { city address1 } notes
            status deleted tags createdByName
          }
          staff {
            id professionalId userName email timeZone { code utcOffset } locations { locationId }
          } location { id locationId locationName locationType timeZone { code } } createdByName
          modifiedByName cancelReason note override noPreference clientReminderHours staffReminderHours
          remindClientSmsHours remindStaffSmsHours
        }
      }`,
      { id },
    );

    const number = (global: string) => Number(global.split(':')[1]);
    const business = { id: gateway.business.business.id };
    expect(appointment).toEqual({
      id,
      calendarId: number(id),
      business,
      startTime: 800,
      endTime: 845,
      clientStartTime: 800,
      clientEndTime: 845,
      date: '2031-03-03',
      startDate: '2031-03-03',
      endDate: '2031-03-03',
      clientStartDate: '2031-03-03',
      clientEndDate: '2031-03-03',
      status: 'OPEN',
      subStatus: { code: 'OPEN', status: 'OPEN' },
      start: '2031-03-03T13:00:00.000Z',
      end: '2031-03-03T13:45:00.000Z',
      staffStart: '2031-03-03T13:00:00.000Z',
      staffEnd: '2031-03-03T13:45:00.000Z',
      timeZone: { code: 'America/New_York' },
      reason: {
        id: reasonId,
        reasonId: number(reasonId),
        visitMinutes: 45,
        reasonDesc: 'Service3',
        internalDisplayName: 'Service3',
        personal: false,
        active: true,
        reasonType: 'SERVICE',
        taxable: false,
        price: null,
        bufferBefore: 0,
        bufferAfter: 0,
        allowOnline: true,
        allowPrePay: false,
        sortWeight: 0,
        color: null,
        reasonDetail: null,
        apptDayMax: null,
        apptHrMin: null,
        business,
      },
      client: {
        id: clientId,
        clientId: number(clientId),
        firstName: 'Jon',
        lastName: 'Snow',
        fullName: 'Jon Snow',
        emailAddress: 'jsnow@castleblack.mil',
        address: { city: 'Victoria', address1: null },
        notes: 'Jon would like a notification before his appointment.',
        status: 'ACTIVE',
        deleted: false,
        tags: [],
        createdByName: 'First key',
      },
      staff: {
        id: staffId,
        professionalId: number(staffId),
        userName,
        email: 'djones2@marshallcollege.edu',
        timeZone: { code: 'America/New_York', utcOffset: expect.stringMatching(/^-0[45]:00$/) },
        locations: [{ locationId: number(locationId) }],
      },
      location: {
        id: locationId,
        locationId: number(locationId),
        locationName: 'MyOffice',
        locationType: 'OFFICE',
        timeZone: { code: 'America/New_York' },
      },
      createdByName: 'First key',
      modifiedByName: 'First key',
      cancelReason: null,
      note: null,
      override: false,
      noPreference: false,
      clientReminderHours: 24,
      staffReminderHours: 24,
      remindClientSmsHours: 0,
      remindStaffSmsHours: 0,
    });
  });

  it('books the payload of 2022-03-28 with two units, assigns one of them, and reads it back', async () => {
    // The payload spells apptTZ with a space.
    const locationId = await create('Location', 'location', {
      locationName: 'Barber shop',
      timeZone: 'America/New York',
    });
    const units = [
      await create('Staff', 'staff', {
        userName: uniqueName(gateway, 'lucy72'),
        firstName: 'Lucy',
        lastName: 'Barber 72',
        timeZone: 'America/New York',
        locationIds: [locationId],
      }),
      await create('Staff', 'staff', {
        userName: uniqueName(gateway, 'staff1'),
        firstName: 'Staff',
        lastName: '1',
        timeZone: 'America/New York',
        locationIds: [locationId],
      }),
    ];
    for (const unit of units) await addHours(gateway, unit);
    const reasonId = await addReason(gateway, {
      reasonDesc: '1 hour service',
      visitMinutes: 60,
      price: '5',
    });
    const input = {
      locationId,
      reasonId,
      candidateStaffIds: units,
      client: { firstName: 'Walk', lastName: 'In', emailAddress: 'walkin@example.org' },
      localStart: '2022-03-28T12:30',
      durationMinutes: 105,
      price: '5',
      clientReminderHours: 24,
      remindClientSmsHours: 1,
      staffReminderHours: 24,
      remindStaffSmsHours: null,
      address: null,
    };
    const id = await create('Appointment', 'appointment', input);
    const { appointment } = await gateway.data(
      `query ($id: ID!) {
        appointment(id: $id) {
          status clientStartTime clientEndTime startTime endTime startDate endDate clientStartDate
          clientEndDate staffStart staffEnd clientReminderHours remindClientSmsHours
          staffReminderHours remindStaffSmsHours address timeZone { code } staff { id fullName }
          reason { reasonDesc } price currency noPreference client { emailAddress }
        }
      }`,
      { id },
    );
    expect(appointment).toEqual({
      status: 'OPEN',
      clientStartTime: 1230,
      clientEndTime: 1415,
      startTime: 1230,
      endTime: 1415,
      startDate: '2022-03-28',
      endDate: '2022-03-28',
      clientStartDate: '2022-03-28',
      clientEndDate: '2022-03-28',
      staffStart: new Date(1_648_485_000_000).toISOString(),
      staffEnd: new Date(1_648_491_300_000).toISOString(),
      clientReminderHours: 24,
      remindClientSmsHours: 1,
      staffReminderHours: 24,
      remindStaffSmsHours: 0,
      address: null,
      timeZone: { code: 'America/New_York' },
      staff: { id: units[0], fullName: 'Lucy Barber 72' },
      reason: { reasonDesc: '1 hour service' },
      price: '5',
      currency: 'USD',
      noPreference: true,
      client: { emailAddress: 'walkin@example.org' },
    });
    const second = await create('Appointment', 'appointment', input);
    expect(
      (
        await gateway.data('query ($id: ID!) { appointment(id: $id) { staff { id } } }', {
          id: second,
        })
      ).appointment.staff.id,
    ).toBe(units[1]);
    const third = await gateway.data(
      `mutation ($input: CreateAppointmentInput!) {
        createAppointment(input: $input) { userErrors { code } }
      }`,
      { input },
    );
    expect(third.createAppointment.userErrors).toEqual([{ code: 'TIME_UNAVAILABLE' }]);
  });
});
