import type { FrontDesk } from './front-desk';
import type { Screen } from './screen';

/** Part of an appointment that the examples display. */
interface Displayed {
  readonly start: string;
  readonly client?: { readonly fullName: string } | null;
}

/** Lines of the screen, by start. */
export const linesOf = (appointments: readonly Displayed[]): string[] =>
  appointments
    .map(({ start, client }) => `${start.slice(11, 16)} ${client?.fullName ?? '(hold)'}`)
    .sort();

interface Story {
  readonly desk: FrontDesk;
  readonly screen: Screen;
  /** Opens the list and the subscription. The list has one appointment: Ada at 09:00. */
  readonly open: () => Promise<void>;
  /** Books Cleo at 15:00 through the client's own mutation. */
  readonly book: () => Promise<void>;
}

/** Changes the list elsewhere, and expects that the screen follows without another query. */
export async function playStory({ desk, screen, open, book }: Story): Promise<void> {
  const ada = await desk.book('Ada', '09:00');
  await open();
  await screen.expect(['09:00 Ada Example']);

  const ben = await desk.book('Ben', '10:00');
  await screen.expect(['09:00 Ada Example', '10:00 Ben Example']);

  await desk.move(ada.id, '11:00');
  await screen.expect(['10:00 Ben Example', '11:00 Ada Example']);

  await desk.handOver(ben.id, '10:00');
  await screen.expect(['11:00 Ada Example']);

  await desk.cancel(ada.id);
  await screen.expect([]);

  await book();
  await screen.expect(['15:00 Cleo Example']);
}

/** Runs an example. The exit code is 1 if it fails. */
export function main(example: () => Promise<void>): void {
  example().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}
