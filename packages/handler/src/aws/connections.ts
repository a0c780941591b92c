import { Agent } from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { GetParameters } from './get-parameters.ts';
import type { ServiceEndpoint } from './service-endpoint.ts';

export interface Connections {
  /** Keeps connections open, for all calls. */
  agent: Agent;
  /** Opens one before there is a request for it. A failure is left to that request, which opens its own. */
  open(endpoint: ServiceEndpoint): void;
}

/** One that was not used by then may be closed at its other end: an environment may be frozen meanwhile. */
const AHEAD_MS = 3_000;

export function createConnections(options: {
  maxSockets: number;
  /** The authorities that are trusted. One for all connections: each would make its own, which takes half a millisecond. */
  secureContext?: SecureContext;
  now?: () => number;
}): Connections {
  const { maxSockets, secureContext = createSecureContext(), now = Date.now } = options;
  const agent = new Agent({ keepAlive: true, maxSockets, secureContext });
  const connect = agent.createConnection.bind(agent);
  /** By host and port. */
  const opened = new Map<string, { socket: Duplex; until: number }>();

  agent.createConnection = (to, callback) => {
    const place = `${to.host}:${to.port}`;
    const ahead = opened.get(place);
    opened.delete(place);
    if (ahead !== undefined && !ahead.socket.destroyed && now() < ahead.until) return ahead.socket;
    ahead?.socket.destroy();
    return connect(to, callback);
  };

  return {
    agent,
    open({ protocol, hostname, port = 443 }) {
      if (protocol !== 'https:') return;
      const servername = isIP(hostname) === 0 ? hostname : '';
      const socket = connect({ ...agent.options, host: hostname, port, servername });
      socket?.on('error', () => {});
      if (socket) opened.set(`${hostname}:${port}`, { socket, until: now() + AHEAD_MS });
    },
  };
}

/** Calls back once, while the first parameters are read: time to open the connections that are needed next. */
export function whileFirstRead(getParameters: GetParameters, open: () => void): GetParameters {
  let isFirst = true;
  const openIfPossible = () => {
    try {
      open();
    } catch {
      // An endpoint that cannot be: the call that needs it reports that.
    }
  };
  return (names, signal) => {
    // After the request for the parameters, which is written within this turn.
    if (isFirst) setImmediate(openIfPossible);
    isFirst = false;
    return getParameters(names, signal);
  };
}
