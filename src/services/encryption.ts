import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Keeps secrets that have to be read again, such as the key that signs. What needs only be recognised is hashed instead. */
export interface Encryption {
  /** `purpose` says whose secret it is: what is sealed for one row cannot be opened as another's. */
  seal(secret: string, purpose: string): string;
  /** @throws Error when it was sealed with another key or for another purpose, or changed since. */
  open(sealed: string, purpose: string): string;
}

const PLAIN = 'plain:';
const SEALED = 'v1:';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM by a key of the configuration. Without one secrets are kept as they are; those can still be opened once there is one. */
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
        throw new Error('This secret was sealed with an ENCRYPTION_KEY, and none is configured.');
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
