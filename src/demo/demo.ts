import type { Database } from '../shared/db/database';
import type { Ids } from '../shared/db/ids';
export async function seedDemo(_db: Database, _ids: Ids, _dir: string, _now: number): Promise<string | null> {
  return null;
}
