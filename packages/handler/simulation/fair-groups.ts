interface GroupedMessage {
  group: string;
  sentAt: number;
}

/**
 * The messages that can be received, by group, the first in first out. Next is one of the group with the fewest messages in
 * flight. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
 */
export function createFairGroups<M extends GroupedMessage>() {
  const groups = new Map<string, { waiting: M[]; head: number; inFlight: number }>();
  const groupOf = (name: string) => {
    const group = groups.get(name) ?? { waiting: [], head: 0, inFlight: 0 };
    groups.set(name, group);
    return group;
  };
  return {
    push(message: M) {
      groupOf(message.group).waiting.push(message);
    },
    count(name: string, change: number) {
      groupOf(name).inFlight += change;
    },
    peek(): M | undefined {
      let next: M | undefined;
      let fewest = Number.POSITIVE_INFINITY;
      for (const { waiting, head, inFlight } of groups.values()) {
        const message = waiting[head];
        if (message === undefined || inFlight > fewest) continue;
        if (inFlight === fewest && next !== undefined && next.sentAt <= message.sentAt) continue;
        next = message;
        fewest = inFlight;
      }
      return next;
    },
    shift(name: string) {
      const group = groupOf(name);
      group.head += 1;
      if (group.head < 1000 && group.head < group.waiting.length) return;
      group.waiting.splice(0, group.head);
      group.head = 0;
    },
  };
}
