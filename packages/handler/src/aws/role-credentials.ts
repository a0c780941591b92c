import { CREDENTIALS_RENEWED_BEFORE_SECONDS } from '@xacct/core';
import pLimit from 'p-limit';
import { type Clock, systemClock } from '../invocation/clock.ts';
import type { Log } from '../invocation/log.ts';
import type { Metrics } from '../invocation/metrics.ts';
import {
  AssumeRoleError,
  createAssumeRole,
  isDenied,
  type Role,
  type RoleCredentials,
  STS_TIMEOUT_MS,
} from './assume-role.ts';
import type { CallSts } from './call-sts.ts';

export interface RoleCredentialCache {
  /**
   * Credentials that are valid for at least 15 s, and mostly for minutes. Only denials are cached, for two minutes; after any
   * other failure the next call asks again.
   *
   * @throws {AssumeRoleError}
   */
  get(role: Role): Promise<RoleCredentials>;
  /** Drops credentials that a service reported as expired, unless they have been replaced since. */
  drop(role: Role, credentials: RoleCredentials): void;
}

interface Pending {
  credentials: Promise<RoleCredentials>;
  /** When STS was called, epoch ms; undefined while the call waits for its turn. */
  calledAt?: number;
}

interface Entry {
  current: RoleCredentials | undefined;
  /** The one AssumeRole in flight for this role. */
  pending: Pending | undefined;
  /** STS is not asked again before `until`, in epoch ms. */
  denied?: { error: AssumeRoleError; until: number };
  /** Time of the next try to refresh in the background, in epoch ms, after one that failed. */
  refreshAt?: number;
}

/** Calls to STS under way at once; an account has 600 a second, over all of its callers. */
const CONCURRENT_CALLS = 25;
const REFRESH_BEFORE_EXPIRY_MS = CREDENTIALS_RENEWED_BEFORE_SECONDS * 1000;
const REFRESH_AGAIN_MS = 10_000;
/** Credentials with less than this left are not handed out: a request on its way must not outlive them. */
const LEAST_LEFT_MS = 15_000;
const DENIED_MS = 2 * 60_000;
/** About 1.5 KB each. */
const ROLES = 5_000;

export function createRoleCredentialCache(options: {
  callSts: CallSts;
  log: Log;
  metrics: Pick<Metrics, 'add'>;
  clock?: Clock;
  /** Roles that are kept; the least recently used goes first. */
  roles?: number;
}): RoleCredentialCache {
  const { callSts, log, metrics, clock = systemClock, roles = ROLES } = options;
  /** In order of use. */
  const entries = new Map<string, Entry>();
  const limited = pLimit(CONCURRENT_CALLS);
  const assume = createAssumeRole({ callSts, metrics, clock });

  async function refresh(role: Role, entry: Entry, pending: Partial<Pending>): Promise<RoleCredentials> {
    try {
      entry.current = await limited(() => {
        pending.calledAt = clock.now();
        return assume(role);
      });
      return entry.current;
    } catch (cause) {
      const error = new AssumeRoleError(role, cause);
      if (isDenied(cause)) entry.denied = { error, until: clock.now() + DENIED_MS };
      throw error;
    } finally {
      if (entry.pending === pending) entry.pending = undefined;
    }
  }

  function isUnderWay({ pending }: Entry): boolean {
    return pending !== undefined && clock.now() - (pending.calledAt ?? clock.now()) < STS_TIMEOUT_MS;
  }

  /** One call in flight; one that began before its environment was frozen for long is not waited for. */
  function refreshOnce(role: Role, entry: Entry): Promise<RoleCredentials> {
    if (entry.pending !== undefined && isUnderWay(entry)) return entry.pending.credentials;
    const pending: Partial<Pending> = {};
    const credentials = refresh(role, entry, pending);
    entry.pending = Object.assign(pending, { credentials });
    return credentials;
  }

  /** What is at hand still holds; if this fails, a later call tries again. */
  function refreshInBackground(role: Role, entry: Entry): void {
    if (isUnderWay(entry) || clock.now() < (entry.refreshAt ?? 0)) return;
    refreshOnce(role, entry).catch((error: AssumeRoleError) => {
      entry.refreshAt = entry.denied?.error === error ? entry.denied.until : clock.now() + REFRESH_AGAIN_MS;
      log.warn('Credentials could not be refreshed; those at hand are used while they hold', {
        role: role.roleArn,
        route: role.route,
        reason: error.message,
      });
    });
  }

  function entryOf(role: Role): Entry {
    const key = keyOf(role);
    const entry = entries.get(key) ?? { current: undefined, pending: undefined };
    entries.delete(key);
    entries.set(key, entry);
    for (const oldest of entries.keys()) {
      if (entries.size <= roles) break;
      entries.delete(oldest);
    }
    return entry;
  }

  return {
    async get(role) {
      const entry = entryOf(role);
      const leftMs = (entry.current?.expiresAt ?? 0) - clock.now();
      if (entry.current !== undefined && leftMs >= LEAST_LEFT_MS) {
        if (leftMs < REFRESH_BEFORE_EXPIRY_MS) refreshInBackground(role, entry);
        return entry.current;
      }
      if (entry.denied !== undefined && clock.now() < entry.denied.until) throw entry.denied.error;
      return refreshOnce(role, entry);
    },
    drop(role, credentials) {
      const entry = entries.get(keyOf(role));
      if (entry?.current === credentials) entry.current = undefined;
    },
  };
}

/**
 * Routes may share an existing role; the session in its account's CloudTrail is each route's own all the same. Credentials
 * hold in every region, so that a role with functions in two of them is assumed once.
 */
function keyOf({ roleArn, externalId, route }: Role): string {
  // One flat text, where a template would leave one for each of its parts in memory.
  return [roleArn, externalId, route].join(' ');
}
