import { createHash, timingSafeEqual } from 'node:crypto';

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether the Authorization header has the token. True for every caller if `token` is null. */
export function mayRead(token: string | null, authorization: string | undefined): boolean {
  if (token === null) return true;
  const sent = /^Bearer\s+(.+)$/i.exec(authorization ?? '')?.[1]?.trim() ?? '';
  return timingSafeEqual(hashOf(sent), hashOf(token));
}
