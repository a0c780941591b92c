import { request } from 'node:http';

/** What the servers saw since the last reset. */
export interface Calls {
  invokes: number;
  assumeRoles: number;
  parameterReads: number;
  messages: number;
  /** New ones. */
  connections: number;
  /** Of the last answer of STS, epoch ms. */
  lastRoleAt: number;
  /** Of each Invoke, once its whole payload is there. */
  arrivals: { functionArn: string; at: number }[];
}

export interface Settings {
  /** By name. */
  parameters?: Record<string, string>;
  latencyMs?: { sts?: number; lambda?: number };
  /** Whether functions hang whose name ends in `hanging`. */
  hangs?: boolean;
}

export interface AwsControl {
  set(settings: Settings): Promise<void>;
  /** Forgets the calls seen so far. */
  reset(): Promise<void>;
  calls(): Promise<Calls>;
}

/** Over plain HTTP, on a port that the measured code knows nothing of. */
export function controlAws(port: number): AwsControl {
  const send = (path: string, body: unknown = null) =>
    new Promise<string>((resolve, reject) => {
      const call = request({ host: '127.0.0.1', port, path, method: 'POST', agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => resolve(text));
      });
      call.on('error', reject);
      call.end(JSON.stringify(body));
    });
  return {
    set: async (settings) => void (await send('/set', settings)),
    reset: async () => void (await send('/reset')),
    calls: async () => JSON.parse(await send('/calls')) as Calls,
  };
}
