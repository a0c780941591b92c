/** Aborts at the first SIGINT or SIGTERM, or when the terminal goes; a second one ends the process as if there were no handler. */
export function abortOnSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort());
  return controller.signal;
}
