import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Encrypts secrets that must be read again, such as signing keys. A secret that is only compared
 * is hashed instead.
 */
export interface Encryption {
  /** `purpose` binds the ciphertext to its row: another row cannot open it. */
  seal(secret: string, purpose: string): string;
  /** @throws Error if the key or the purpose differs, or the ciphertext was changed. */
  open(sealed: string, purpose: string): string;
}

const PLAIN = 'plain:';
const SEALED = 'v1:';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM with a configured key. Without a key secrets are stored as plain text, which stays
 * readable after a key is configured.
 */
export function createEncryption(key: string | null): Encryption {
  const derived =
    key === null ? null : Buffer.from(hkdfSync('sha256', key, '', 'slotgraph vault', 32));
  return {
    seal(secret, purpose) {
      if (!derived) return PLAIN + secret;
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', derived, iv).setAAD(Buffer.from(purpose));
      const text = Buffer.concat([cipher.update(secret), cipher.final()]);
      return SEALED + Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url');
    },
    open(sealed, purpose) {
      if (sealed.startsWith(PLAIN)) return sealed.slice(PLAIN.length);
      if (!derived)
        throw new Error(
          'This secret was encrypted with an ENCRYPTION_KEY, and none is configured.',
        );
      const bytes = Buffer.from(sealed.slice(SEALED.length), 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', derived, bytes.subarray(0, IV_BYTES)).setAAD(
        Buffer.from(purpose),
      );
      decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      return (
        decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)).toString() +
        decipher.final().toString()
      );
    },
  };
}
