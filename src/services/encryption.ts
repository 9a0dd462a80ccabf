import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Encrypts secrets that must be read again, such as signing keys. A secret that is only compared
 * is hashed instead.
 */
export interface Encryption {
  /** Whether a key is configured. Without one, `seal` returns plain text. */
  readonly isConfigured: boolean;
  /** `purpose` binds the ciphertext to its row: another row cannot open it. */
  seal(secret: string, purpose: string): string;
  /** @throws Error if the key or the purpose differs, or the ciphertext was changed. */
  open(sealed: string, purpose: string): string;
}

const PLAIN = 'plain:';
/** Sealed with the only key. */
const SEALED = 'v1:';
/** Sealed with the key that is named after the prefix. */
const VERSIONED = 'v2:';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const VERSION_BYTES = 6;

const derivedOf = (key: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, '', 'slotgraph vault', 32));

function sealWith(derived: Buffer, secret: string, purpose: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', derived, iv).setAAD(Buffer.from(purpose));
  const text = Buffer.concat([cipher.update(secret), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url');
}

function openWith(derived: Buffer, sealed: string, purpose: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', derived, bytes.subarray(0, IV_BYTES)).setAAD(
    Buffer.from(purpose),
  );
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  return (
    decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)).toString() + decipher.final().toString()
  );
}

/**
 * AES-256-GCM with a configured key. Without a key secrets are stored as plain text, which stays
 * readable after a key is configured.
 */
export function createEncryption(key: string | null): Encryption {
  const derived = key === null ? null : derivedOf(key);
  return {
    isConfigured: derived !== null,
    seal(secret, purpose) {
      return derived ? SEALED + sealWith(derived, secret, purpose) : PLAIN + secret;
    },
    open(sealed, purpose) {
      if (sealed.startsWith(PLAIN)) return sealed.slice(PLAIN.length);
      if (!derived) throw new Error(UNCONFIGURED);
      return openWith(derived, sealed.slice(SEALED.length), purpose);
    },
  };
}

const UNCONFIGURED = 'This secret was encrypted with an ENCRYPTION_KEY, and none is configured.';

/** The version of a key: a digest of what is derived from it. */
const versionOf = (derived: Buffer): string =>
  createHash('sha256').update(derived).digest().subarray(0, VERSION_BYTES).toString('hex');

/**
 * The encryption of stored secrets, with keys that can be rotated: it seals with the current key,
 * names the version of that key, and opens what any of the keys has sealed.
 */
export function createVault(key: string | null, previous: readonly string[] = []): Encryption {
  const current = createEncryption(key);
  const keys = [key ?? [], ...previous].flat().map(derivedOf);
  const byVersion = new Map(keys.map((derived) => [versionOf(derived), derived]));
  const [newest] = keys;
  return {
    isConfigured: current.isConfigured,
    seal(secret, purpose) {
      return current.isConfigured && newest
        ? `${VERSIONED}${versionOf(newest)}:${sealWith(newest, secret, purpose)}`
        : current.seal(secret, purpose);
    },
    open(sealed, purpose) {
      if (sealed.startsWith(PLAIN)) return current.open(sealed, purpose);
      if (!newest) throw new Error(UNCONFIGURED);
      if (sealed.startsWith(SEALED)) return openWithAny(keys, sealed, purpose);
      const [, version, text] = sealed.split(':') as [string, string, string];
      const derived = byVersion.get(version);
      if (!derived)
        throw new Error(
          `This secret was encrypted with the key ${version}. Add it to ENCRYPTION_KEY_PREVIOUS.`,
        );
      return openWith(derived, text, purpose);
    },
  };
}

/** Opens a secret that names no key: authentication fails with each other key. */
function openWithAny(keys: readonly Buffer[], sealed: string, purpose: string): string {
  const text = sealed.slice(SEALED.length);
  let failure: unknown;
  for (const derived of keys) {
    try {
      return openWith(derived, text, purpose);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
