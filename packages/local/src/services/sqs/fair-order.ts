/**
 * The order in which waiting messages are received. Of all groups, the one with the fewest messages in flight is next,
 * so that a group that sends many does not hold up the others; a message without a group is a group of its own.
 * AWS says only that it does so, not how.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
 *
 * @param waiting the longest first
 * @param inFlight messages in flight by group; read anew for each message, so that it may count what is received
 */
export function* fairOrder<T>(
  waiting: readonly T[],
  groupOf: (item: T) => string | undefined,
  inFlight: ReadonlyMap<string, number>,
): Generator<T> {
  const groups = new Map<string | undefined, { position: number; item: T }[]>();
  for (const [position, item] of waiting.entries()) {
    const group = groups.get(groupOf(item)) ?? [];
    group.push({ position, item });
    groups.set(groupOf(item), group);
  }
  // Each list is read from its end.
  for (const group of groups.values()) group.reverse();

  for (;;) {
    let next: { count: number; position: number; group: { position: number; item: T }[] } | undefined;
    for (const [id, group] of groups) {
      const position = group.at(-1)?.position;
      if (position === undefined) continue;
      const count = id === undefined ? 0 : (inFlight.get(id) ?? 0);
      if (next === undefined || count < next.count || (count === next.count && position < next.position)) {
        next = { count, position, group };
      }
    }
    const taken = next?.group.pop();
    if (taken === undefined) return;
    yield taken.item;
  }
}
