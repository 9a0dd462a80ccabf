// The page that e-mails link to: a client views, moves or cancels one appointment. The token is in
// the fragment, so no server logs it.
import './manage.css';

const APPOINTMENT = `query ($id: ID!) { appointment(id: $id) {
  id version status start end startTextClient business { name } client { fullName } timeZone { code }
  reason { id reasonDesc visitMinutes reasonType } staff { id fullName } location { id locationName timeZone { code } }
} }`;
const EXCHANGE =
  'mutation ($token: String!) { exchangeManageToken(input: { token: $token }) { accessToken appointmentId userErrors { message } } }';
const TIMES =
  'query ($input: AvailabilityInput!) { availability(input: $input) { availableTimes(first: 1000) { nodes { start } } } }';
const MOVE = `mutation ($id: ID!, $start: DateTime!, $version: Int!) {
  rescheduleAppointment(input: { id: $id, start: $start, expectedVersion: $version }) { appointment { id } userErrors { message } } }`;
const CANCEL = `mutation ($id: ID!, $version: Int!) {
  cancelAppointment(input: { id: $id, expectedVersion: $version }) { appointment { id } userErrors { message } } }`;

const app = document.getElementById('app');
const token = decodeURIComponent(location.hash.slice(1));
const DAYS_SHOWN = 14;
const STATUS = {
  OPEN: 'Booked',
  PENDING: 'Held',
  PENDING_CONFIRMATION: 'Waiting for confirmation',
  CANCELLED: 'Cancelled',
  COMPLETED: 'Completed',
  NO_SHOW: 'Missed',
};

let access;
let appointment;

class RequestError extends Error {}

async function request(query, variables) {
  let response;
  try {
    response = await fetch('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(access ? { authorization: `Bearer ${access.accessToken}` } : {}),
      },
      body: JSON.stringify({ query, variables }),
    });
  } catch {
    throw new RequestError('The server cannot be reached. Try again in a moment.');
  }
  const { data, errors } = await response.json();
  const code = errors?.[0]?.extensions?.code;
  // Access expires after an hour, the link later.
  if (code === 'UNAUTHENTICATED' && access) {
    access = undefined;
    await open();
    return request(query, variables);
  }
  if (errors?.length) throw new RequestError(errors[0].message);
  const [payload] = Object.values(data);
  if (payload?.userErrors?.length)
    throw new RequestError(payload.userErrors.map(({ message }) => message).join(' '));
  return payload;
}

/** Returns a DOM element. Text children are never parsed as markup. */
function element(name, properties = {}, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
}

const zone = () => appointment.timeZone?.code ?? appointment.location?.timeZone.code;
const format = (instant, options) =>
  new Intl.DateTimeFormat(navigator.language, { timeZone: zone(), ...options }).format(
    new Date(instant),
  );
const dayOf = (instant) =>
  format(instant, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const timeOf = (instant) => format(instant, { hour: 'numeric', minute: '2-digit' });

function show(...children) {
  app.replaceChildren(...children);
}

function details() {
  const { staff, location: place, start, end, status, client } = appointment;
  const rows = [
    ['When', `${dayOf(start)}, ${timeOf(start)} – ${timeOf(end)} (${zone()})`],
    ['With', staff?.fullName],
    ['Where', place?.locationName],
    ['For', client?.fullName],
    ['Status', STATUS[status] ?? status],
  ];
  return element(
    'dl',
    {},
    ...rows
      .filter(([, value]) => value)
      .flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
  );
}

function page(message, ...more) {
  const { reason, business } = appointment;
  show(
    element('h1', {}, `${reason?.reasonDesc ?? 'Your appointment'} – ${business?.name ?? ''}`),
    ...(message ? [message] : []),
    details(),
    ...more,
  );
}

const alertOf = (error) =>
  element(
    'p',
    { role: 'alert' },
    error instanceof RequestError ? error.message : 'Something went wrong. Try again.',
  );
const statusOf = (text) => element('p', { role: 'status' }, text);

function overview(message) {
  const { status, start } = appointment;
  const isOpen =
    (status === 'OPEN' || status === 'PENDING_CONFIRMATION') && Date.parse(start) > Date.now();
  document.title = `Your appointment: ${appointment.reason?.reasonDesc ?? ''}`;
  if (!isOpen) return page(message);
  page(
    message,
    element(
      'div',
      { className: 'actions' },
      element(
        'button',
        { type: 'button', id: 'move', onclick: () => chooseTime() },
        'Move to another time',
      ),
      element(
        'button',
        { type: 'button', id: 'cancel', onclick: confirmCancel },
        'Cancel the appointment',
      ),
    ),
  );
}

function confirmCancel() {
  page(
    element('p', {}, 'Cancel this appointment? This cannot be undone.'),
    element(
      'div',
      { className: 'actions' },
      element(
        'button',
        {
          type: 'button',
          id: 'confirm-cancel',
          className: 'main',
          onclick: () => act(CANCEL, {}, 'Your appointment is cancelled.'),
        },
        'Yes, cancel it',
      ),
      element('button', { type: 'button', onclick: () => overview() }, 'Keep it'),
    ),
  );
}

async function chooseTime(from = today()) {
  try {
    const { reason, staff, location: place } = appointment;
    const to = addDays(from, DAYS_SHOWN - 1);
    const {
      availableTimes: { nodes: times },
    } = await request(TIMES, {
      input: {
        reasonId: reason.id,
        locationId: place?.id,
        staffIds: staff ? [staff.id] : null,
        from,
        to,
      },
    });
    const days = Map.groupBy ? Map.groupBy(times, ({ start }) => dayOf(start)) : groupByDay(times);
    const lists = [...days].flatMap(([day, ofDay]) => [
      element('h2', {}, day),
      element(
        'ul',
        { className: 'times' },
        ...ofDay.map(({ start }) =>
          element(
            'li',
            {},
            element('button', { type: 'button', onclick: () => confirmMove(start) }, timeOf(start)),
          ),
        ),
      ),
    ]);
    page(
      null,
      element(
        'div',
        { className: 'actions' },
        element(
          'label',
          {},
          'From ',
          element('input', {
            type: 'date',
            id: 'from',
            value: from,
            min: today(),
            onchange: ({ target }) => target.value && chooseTime(target.value),
          }),
        ),
        element('button', { type: 'button', onclick: () => overview() }, 'Back'),
      ),
      ...(lists.length
        ? lists
        : [statusOf(`No free times in the ${DAYS_SHOWN} days from then. Choose a later day.`)]),
    );
  } catch (error) {
    overview(alertOf(error));
  }
}

function groupByDay(times) {
  const days = new Map();
  for (const time of times)
    days.set(dayOf(time.start), [...(days.get(dayOf(time.start)) ?? []), time]);
  return days;
}

function confirmMove(start) {
  page(
    element('p', {}, `Move it to ${dayOf(start)}, ${timeOf(start)}?`),
    element(
      'div',
      { className: 'actions' },
      element(
        'button',
        {
          type: 'button',
          id: 'confirm-move',
          className: 'main',
          onclick: () => act(MOVE, { start }, 'Your appointment is moved.'),
        },
        'Yes, move it',
      ),
      element('button', { type: 'button', onclick: () => chooseTime() }, 'Back'),
    ),
  );
}

/** Returns the current date in the time zone of the appointment. */
const today = () => new Intl.DateTimeFormat('en-CA', { timeZone: zone() }).format(new Date());
const addDays = (date, days) =>
  new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);

async function act(mutation, variables, done) {
  try {
    await request(mutation, { id: appointment.id, version: appointment.version, ...variables });
    await read();
    overview(statusOf(done));
  } catch (error) {
    // The appointment may have been changed concurrently.
    await read().catch(() => undefined);
    overview(alertOf(error));
  }
}

async function open() {
  access = await request(EXCHANGE, { token });
}

async function read() {
  appointment = await request(APPOINTMENT, { id: access.appointmentId });
  if (!appointment)
    throw new RequestError('This link is invalid or has expired. Please contact us.');
}

async function start() {
  try {
    if (!token)
      throw new RequestError('This address is incomplete. Open the link of your message again.');
    await open();
    await read();
    overview();
  } catch (error) {
    show(element('h1', {}, 'Your appointment'), alertOf(error));
  }
}

window.addEventListener('hashchange', () => location.reload());
void start();
