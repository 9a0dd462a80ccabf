import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Database } from '../db/database';
import { sql } from '../db/sql';
import { findOne } from '../db/table';
import { InstallationSecret } from './installation-secret.entity';

/**
 * Signs the facts in a link with an HMAC, so that they need not be stored. Never logged, never
 * sent.
 */
export class Signer {
  constructor(private readonly key: string) {}

  /** Returns 43 characters of base64url that depend on the purpose and all facts. */
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
    const [received, own] = [Buffer.from(signature), Buffer.from(this.sign(purpose, ...facts))];
    return received.length === own.length && timingSafeEqual(received, own);
  }
}

/** Public links, and the signatures that make them unguessable. */
export interface Links {
  readonly signer: Signer;
  /** Returns an absolute URL below the public address of the gateway, such as `/calendar/…`. */
  publicUrl(path: string): string;
  /** Returns the address of the page on which a client manages an appointment. */
  manageUrl(token: string): string;
}

const SIGNING = 'signing';

/**
 * Returns a signer with the configured key, or else with the installation's own key, which the
 * first process creates.
 */
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

/** `listening` returns the address that the gateway listens on, once it does. */
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
