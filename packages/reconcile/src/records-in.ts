/** The records of an event of a stream or a queue; none for any other event. */
export function recordsIn<T>(event: unknown): T[] {
  const records = (event as { Records?: T[] } | null)?.Records;
  return Array.isArray(records) ? records : [];
}
