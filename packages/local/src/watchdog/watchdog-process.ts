import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * Outlives the process that started it by a moment: once that one is gone, however it ended, it ends what that one would
 * have ended, and removes its folders. Its input is one line for each: `+pid 17`, `-pid 17`, `+folder /tmp/x`.
 */

const left = { pid: new Set<string>(), folder: new Set<string>() };

// A Ctrl-C ends the other processes.
for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(name, () => {});

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const [, sign, kind, value = ''] = /^([+-])(pid|folder) (.+)$/.exec(line) ?? [];
  if (kind !== 'pid' && kind !== 'folder') return;
  if (sign === '+') left[kind].add(value);
  else left[kind].delete(value);
});
lines.on('close', () => {
  for (const pid of left.pid) end(Number(pid));
  for (const folder of left.folder) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exit();
});

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
