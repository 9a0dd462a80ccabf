import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import type BetterSqlite3 from 'better-sqlite3';
import type { Database } from '../database';
import { raiseIds, renewEpoch } from '../state/epoch';

/** The progress of the database, stored in a file beside it. */
interface Mark {
  /** Random text. A database without its mark, or with the mark of another, is a copy. */
  readonly identity: string;
  readonly epoch: number;
  /** The sum of the last sequence numbers of all logs. */
  readonly events: number;
  /** Kind → the next id that no process has reserved. */
  readonly ids: Readonly<Record<string, number>>;
}

type Progress = Pick<Mark, 'epoch' | 'events' | 'ids'>;

const RECORD_MS = 1_000;

/**
 * The high-water mark of an SQLite file, stored in a file of its own. A database restored from a
 * copy is behind its mark, has another inode, or has no mark.
 */
export class RestoreMark {
  private readonly path: string;
  private readonly stored: Mark | null;
  private readonly isBehind: boolean;
  private readonly own: string;
  private written = '';
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly file: string,
    private readonly connection: BetterSqlite3.Database,
  ) {
    this.path = `${file}.mark`;
    this.stored = readMark(this.path);
    this.isBehind = this.stored !== null && isBehind(this.progress(), this.stored);
    this.own =
      this.stored && !this.isBehind ? this.stored.identity : randomBytes(8).toString('hex');
  }

  /** The identity of the file at this path. */
  get identity(): string {
    return `${this.own} ${statSync(this.file).ino}`;
  }

  /** Begins a new epoch if the file was replaced, then records the mark periodically. */
  async open(db: Database): Promise<void> {
    const { isNew } = await renewEpoch(db, { isReplaced: this.isBehind });
    const { stored } = this;
    if (isNew && stored)
      await db.transaction((tx) => raiseIds(tx, new Map(Object.entries(stored.ids))));
    this.record();
    this.timer = setInterval(() => this.record(), RECORD_MS);
    this.timer.unref();
  }

  /** Writes the mark if it has changed. */
  record(): void {
    const text = JSON.stringify({ identity: this.own, ...this.progress() } satisfies Mark);
    if (text === this.written) return;
    // A maintenance command may record at the same time as the gateway.
    const draft = `${this.path}.${process.pid}.new`;
    writeFileSync(draft, text, { mode: 0o600 });
    renameSync(draft, this.path);
    this.written = text;
  }

  close(): void {
    clearInterval(this.timer);
    this.record();
  }

  /** Reads past the statement counters, because no request causes these statements. */
  private progress(): Progress {
    const { connection } = this;
    const { epoch } = connection.prepare('SELECT epoch FROM database_epoch').get() as {
      epoch: number;
    };
    const { events } = connection
      .prepare('SELECT coalesce(sum(last_seq), 0) AS events FROM log_head')
      .get() as { events: number };
    const blocks = connection.prepare('SELECT kind, next FROM id_block ORDER BY kind').all() as {
      kind: string;
      next: number;
    }[];
    return { epoch, events, ids: Object.fromEntries(blocks.map(({ kind, next }) => [kind, next])) };
  }
}

/** Returns null if the mark is missing or unreadable. */
function readMark(path: string): Mark | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Mark;
  } catch {
    return null;
  }
}

const isBehind = (database: Progress, { epoch, events, ids }: Mark): boolean =>
  database.epoch !== epoch ||
  database.events < events ||
  Object.entries(ids).some(([kind, next]) => (database.ids[kind] ?? 0) < next);
