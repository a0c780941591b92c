import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { pythonCommand } from '../describe-foreign.ts';

export interface Moto {
  port: number;
  /** Ends it, and shows what it said besides requests: the tracebacks of calls that it could not answer. */
  stop(): Promise<void>;
}

const SERVER = fileURLToPath(new URL('./serve.py', import.meta.url));

/** Requests, and what moto's CloudFormation does not make, which expected-resources.ts leaves out. */
const NOT_WORTH_SAYING =
  / HTTP\/1\.1\b|a development server|Press CTRL\+C|No Moto CloudFormation support|UserWarning: Tried to parse|^ {2}parse_resource\(/;

/** Starts a moto server of its own, with nothing in any account. */
export async function startMoto(): Promise<Moto> {
  const child = spawn(pythonCommand('python'), [SERVER, '-H', 'localhost', '-p', '0'], {
    // Whatever the shell says of AWS is not for it.
    env: { PATH: process.env.PATH, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const ended = once(child, 'close');
  const lines: string[] = [];
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      const [, found] = /Running on http:\/\/localhost:(\d+)/.exec(line) ?? [];
      if (found !== undefined) resolve(Number(found));
      else if (!NOT_WORTH_SAYING.test(line)) lines.push(line);
    });
    child.once('error', reject);
    ended.then(() => reject(new Error(`moto did not start: ${lines.join('\n')}`)));
  });
  return {
    port,
    async stop() {
      child.stdin.end();
      await ended;
      if (lines.length > 0) process.stderr.write(`moto: ${lines.join('\n')}\n`);
    },
  };
}
