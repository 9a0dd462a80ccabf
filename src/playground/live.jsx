import { useEffect, useState } from 'react';
import { LIVE } from './tabs';

const MAX_EVENTS = 100;

/** The pane of live booking events, independent of the open tab. */
export function Live({ client }) {
  const [events, setEvents] = useState([]);
  const [state, setState] = useState('connecting …');
  useEffect(() => {
    const stops = [
      client.on('connected', () => setState('listening')),
      client.on('closed', () => setState('connecting again …')),
    ];
    const unsubscribe = client.subscribe(
      { query: LIVE },
      {
        next({ data, errors }) {
          if (errors?.length) setState(errors[0].message);
          const event = data?.bookingNotifications;
          if (event) setEvents((shown) => [event, ...shown].slice(0, MAX_EVENTS));
        },
        error: (error) =>
          setState(Array.isArray(error) ? error[0].message : 'the connection was refused'),
        complete: () => setState('ended'),
      },
    );
    return () => {
      unsubscribe();
      stops.forEach((stop) => stop());
    };
  }, [client]);
  return (
    <section className="live" aria-label="Live events">
      <p role="status">Live events: {state}</p>
      <ol>
        {events.map(({ cursor, type, occurredAt, actorName, appointment }) => (
          <li key={cursor}>
            <time>{new Date(occurredAt).toLocaleTimeString()}</time> <b>{type}</b> {appointment?.id}{' '}
            {appointment?.startTextClient} {appointment?.client?.fullName} <i>{actorName}</i>
          </li>
        ))}
      </ol>
    </section>
  );
}
