import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Database } from '../db/database';
import { sql } from '../db/sql';
import { findOne } from '../db/table';
import { InstallationSecret } from './installation-secret.entity';

/** Vouches for what a link says, so that nothing of it need be kept. Never logged, never sent. */
export class Signer {
  constructor(private readonly key: string) {}

  /** 43 characters of base64url; with another purpose or other facts, others. */
  sign(purpose: string, ...facts: readonly (string | number | null)[]): string {
    return createHmac('sha256', this.key)
      .update(JSON.stringify([purpose, ...facts]))
      .digest('base64url');
  }

  vouches(
    signature: string,
    purpose: string,
    ...facts: readonly (string | number | null)[]
  ): boolean {
    const [given, own] = [Buffer.from(signature), Buffer.from(this.sign(purpose, ...facts))];
    return given.length === own.length && timingSafeEqual(given, own);
  }
}

/** Addresses that are handed out, and what makes them unguessable. */
export interface Links {
  readonly signer: Signer;
  /** Under the address by which the world reaches the gateway: `/calendar/…`. */
  publicUrl(path: string): string;
  /** Where a client manages an appointment. */
  manageUrl(token: string): string;
}

const SIGNING = 'signing';

/** The key that is configured, else the installation's own, made by whichever process asks first. */
export async function signerOf(db: Database, configured: string | null): Promise<Signer> {
  if (configured !== null) return new Signer(configured);
  const kept = await db.transaction(async (tx) => {
    await tx.run(
      sql`INSERT INTO installation_secret (name, value) VALUES (${SIGNING}, ${randomBytes(32).toString('base64url')}) ON CONFLICT (name) DO NOTHING`,
    );
    return findOne(tx, InstallationSecret, { name: SIGNING });
  });
  return new Signer((kept as InstallationSecret).value);
}

/** `listening` answers where the gateway listens, once it does. */
export function linksOf(
  signer: Signer,
  {
    publicUrl,
    manageUrl,
  }: { readonly publicUrl: string | null; readonly manageUrl: string | null },
  listening: () => string,
): Links {
  const under = (path: string): string => `${publicUrl ?? listening()}${path}`;
  return {
    signer,
    publicUrl: under,
    manageUrl: (token) => (manageUrl ?? under('/manage#{token}')).replace('{token}', token),
  };
}
