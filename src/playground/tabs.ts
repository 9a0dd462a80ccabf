/** Prepared documents of the explorer. A test runs each against the gateway. */

export interface Samples {
  locationId: string;
  reasonId: string;
  staffId: string;
  clientId: string;
  appointmentId: string;
  /** Start of the prepared booking: an instant. */
  start: string;
}

/** Reads the first time at which the samples can be booked. */
export const FREE = `query ($input: AvailabilityInput!) { availability(input: $input) { firstAvailable { start offers { staff { id } } } } }`;

/** Returns the variables of `FREE`: two weeks from a date. */
export const freeFrom = (
  { reasonId, locationId }: Pick<Samples, 'reasonId' | 'locationId'>,
  from: string,
) => ({ input: { reasonId, locationId, from, to: fortnightAfter(from) } });

const fortnightAfter = (date: string): string =>
  new Date(Date.parse(date) + 13 * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);

/** Reads one row of each type for the variables of the prepared documents. */
export const SAMPLES = `{
  staff(first: 1, filter: { acceptsAppointments: true, active: true }) { nodes { id locations { id } } }
  reasons(first: 1, filter: { types: [SERVICE] }) { nodes { id } }
  clients(first: 1) { nodes { id } }
  appointments(last: 1, filter: { statuses: [OPEN] }) { nodes { id } }
}`;

const LOOK_AROUND = `# The viewer, and the next appointments with
# their related objects.
query LookAround($from: LocalDate!) {
  viewer {
    role
    actorName
    business {
      name
      currency
      timeZone { code utcOffset }
    }
  }
  appointments(first: 5, filter: { from: $from, excludeTimeOff: true }) {
    totalCount
    nodes {
      id
      status
      startTextClient
      client { fullName emailAddress }
      staff { fullName }
      reason { reasonDesc visitMinutes }
      location { locationName timeZone { code } }
    }
    pageInfo { hasNextPage endCursor }
  }
  reasons(first: 3) {
    nodes {
      id
      reasonDesc
      visitMinutes
      price
      currency
      serviceStaff { nodes { staff { id fullName } } }
    }
  }
}
`;

const FIND = `# The bookable times of two weeks, and the reasons
# why a time is bookable with a staff member or not.
query FindATime($days: AvailabilityInput!, $time: ExplainAvailabilityInput!) {
  availability(input: $days) {
    firstAvailable { start text offers { staff { fullName } price { text } } }
    days
    availableTimes(first: 100) { nodes { start durationMinutes } }
  }
  explainAvailability(input: $time) {
    bookable
    candidates {
      staff { fullName }
      refusals { rule message row { __typename id } }
      smallestChange { kind start durationMinutes minutes }
    }
    nearestTimes { start }
  }
}
`;

const BOOK = `# Books a time. Run it twice: the second run
# returns a user error, because the time is taken.
mutation Book($input: CreateAppointmentInput!) {
  createAppointment(input: $input) {
    appointment {
      id
      version
      status
      start
      end
      staffStart
      staffEnd
      startTextClient
      client { fullName }
      staff { fullName }
    }
    userErrors {
      __typename
      code
      message
      path
      ... on TimeUnavailableError { staffIds }
    }
  }
}
`;

const CANCEL = `# Cancels the appointment of "Book" and shows its
# history. Other status changes follow below.
mutation Cancel($id: ID!) {
  cancelAppointment(input: { id: $id, reason: CLIENT_ILLNESS, note: "The client has a cold" }) {
    appointment {
      id
      status
      cancelReason
      cancelNote
      cancelledByName
      history { nodes { type occurredAt actorName note fromSubStatus toSubStatus } }
    }
    userErrors {
      code
      message
      ... on IllegalTransitionError { from to legal legalSubStatuses }
    }
  }
}

mutation Complete($id: ID!) {
  completeAppointment(input: { id: $id }) { appointment { id status completedAt } userErrors { code message } }
}

mutation NoShow($id: ID!) {
  noShowAppointment(input: { id: $id, reason: NO_CONTACT, note: "Did not come" }) { appointment { id status noShowReason noShowNote } userErrors { code message } }
}
`;

const LISTEN = `# Events of bookings in real time.
# Changing the tab ends the subscription. The pane
# "Live events" continues; "New tab" opens the page
# again. With "after", it first replays the events
# after that cursor; "0" is the start of the log.
subscription Listen($after: String) {
  bookingNotifications(after: $after) {
    cursor
    type
    occurredAt
    actorName
    note
    changes { field from to }
    appointment {
      id
      status
      startTextClient
      client { fullName }
      staff { fullName }
    }
  }
}
`;

/** The subscription of the live events pane. */
export const LIVE = `subscription { bookingNotifications { cursor type occurredAt actorName appointment { id startTextClient client { fullName } } } }`;

interface Tab {
  title: string;
  query: string;
  variables: string;
}

// The editor reports an omitted `override` as missing, because it ignores default values.
const json = (value: unknown): string => JSON.stringify(value, null, 2);

export function tabsFor(samples: Samples): Tab[] {
  const { locationId, reasonId, staffId, clientId, start, appointmentId } = samples;
  return [
    { title: 'Look around', query: LOOK_AROUND, variables: json({ from: start.slice(0, 10) }) },
    {
      title: 'Find a time',
      query: FIND,
      variables: json({
        days: {
          reasonId,
          locationId,
          from: start.slice(0, 10),
          to: fortnightAfter(start.slice(0, 10)),
        },
        time: { reasonId, locationId, staffIds: [staffId], start },
      }),
    },
    {
      title: 'Book',
      query: BOOK,
      variables: json({
        input: { locationId, reasonId, staffId, clientId, start, override: false },
      }),
    },
    { title: 'Cancel', query: CANCEL, variables: json({ id: appointmentId }) },
    { title: 'Listen', query: LISTEN, variables: json({ after: null }) },
  ];
}
