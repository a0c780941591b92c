import { randomBytes } from 'node:crypto';
import type { Credentials, Principal } from '../iam/principal.ts';

interface Entry {
  principal: Principal;
  credentials: Credentials;
}

/** The access keys of all callers. */
export interface AccessKeys {
  /** Creates long-term credentials, as a user has. */
  issue(principal: Principal): Credentials;
  /**
   * Creates credentials of a session. Sessions that expired long ago are forgotten, so that a long run does not fill
   * the memory.
   *
   * @param expiresAt epoch ms
   * @param now epoch ms
   */
  issueSession(principal: Principal, expiresAt: number, now: number): Required<Credentials>;
  find(accessKeyId: string): Entry | undefined;
}

/** For this time a caller with an expired session gets the error for that; later the session is unknown. */
const KEPT_AFTER_EXPIRY_MS = 3_600_000;
/** Number of keys from which on the expired ones among them are looked for. */
const FIRST_LOOK = 1_000;

export function createAccessKeys(): AccessKeys {
  const entries = new Map<string, Entry>();
  let nextLook = FIRST_LOOK;

  const add = <T extends Credentials>(principal: Principal, credentials: T): T => {
    entries.set(credentials.accessKeyId, { principal, credentials });
    return credentials;
  };
  const forgetExpired = (now: number) => {
    for (const [accessKeyId, { credentials }] of entries) {
      const { expiresAt = Number.POSITIVE_INFINITY } = credentials;
      if (expiresAt + KEPT_AFTER_EXPIRY_MS <= now) entries.delete(accessKeyId);
    }
    nextLook = Math.max(FIRST_LOOK, 2 * entries.size);
  };

  return {
    issue: (principal) =>
      add(principal, { accessKeyId: `AKIA${randomKey(16)}`, secretAccessKey: randomSecret() }),
    issueSession(principal, expiresAt, now) {
      if (entries.size >= nextLook) forgetExpired(now);
      return add(principal, {
        accessKeyId: `ASIA${randomKey(16)}`,
        secretAccessKey: randomSecret(),
        sessionToken: randomBytes(192).toString('base64'),
        expiresAt,
      });
    },
    find: (accessKeyId) => entries.get(accessKeyId),
  };
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function randomKey(length: number): string {
  return Array.from(randomBytes(length), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

function randomSecret(): string {
  return randomBytes(30).toString('base64');
}
