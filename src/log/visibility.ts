import { registerEnumType } from 'type-graphql';
import type { LogEvent } from './event.entity';

export enum EventVisibility {
  STAYED = 'STAYED',
  ENTERED = 'ENTERED',
  LEFT = 'LEFT',
}
registerEnumType(EventVisibility, {
  name: 'EventVisibility',
  description:
    'Whether the object of an event matches the filter and the permissions of the viewer, before and after the event.',
  valuesConfig: {
    STAYED: { description: 'The object matched before the event and matches after it.' },
    ENTERED: {
      description: 'The object matches since this event: it was created, or began to match.',
    },
    LEFT: {
      description:
        'The object no longer matches: remove it. No further events follow unless it enters again.',
    },
  },
});

/** An event as one viewer receives it. */
export interface SeenEvent {
  /** The number of the event in its log. */
  readonly seq: number;
  readonly cursor: string;
  readonly event: LogEvent;
  readonly visibility: EventVisibility;
  /** Whether the viewer may see the object after the event. False only for LEFT. */
  readonly permitted: boolean;
}

/** The relation of a viewer to an object before or after an event. */
export interface Match {
  /** Whether the viewer's role and scope permit to see the object. */
  readonly permitted: boolean;
  /** Whether the object passes the filter of the subscription or query. */
  readonly filtered: boolean;
}

/**
 * Returns null if the object matches neither before nor after the event. A null match means that
 * the object does not exist.
 */
export function seen(event: LogEvent, before: Match | null, after: Match | null): SeenEvent | null {
  const [matched, matches] = [before, after].map(
    (match) => match !== null && match.permitted && match.filtered,
  );
  if (!matched && !matches) return null;
  const appears = matched ? EventVisibility.STAYED : EventVisibility.ENTERED;
  const visibility = matches ? appears : EventVisibility.LEFT;
  return {
    seq: event.seq as number,
    cursor: event.cursor,
    event,
    visibility,
    permitted: after !== null && after.permitted,
  };
}
