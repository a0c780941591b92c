/** Aborts at the first SIGINT, SIGTERM or SIGHUP. A second signal ends the process, as without a handler. */
export function abortOnSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort());
  return controller.signal;
}
