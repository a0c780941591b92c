import { bytesInMessage } from '@xacct/core';
import * as limits from '@xacct/core/limits';
import type { Item } from '../records/pack.ts';
import type { Parcel } from './parcel.ts';

/** Parts that each fit into one message. A record that does not fit gets a part of its own. */
export function cutIntoMessages(parcel: Parcel): Parcel[] {
  const room = limits.sqs.messageBytes - FACTS_BYTES;
  const parts: Item[][] = [];
  let bytes = 0;
  for (const item of parcel.items) {
    const added = bytesInMessage(item.text, item.bytes);
    const current = parts.at(-1);
    if (current !== undefined && bytes + added <= room) {
      current.push(item);
      bytes += added;
    } else {
      parts.push([item]);
      bytes = added;
    }
  }
  return parts.map((items) => ({ ...parcel, items }));
}

/** What the facts around the records take of a message, at the most. */
const FACTS_BYTES = 8 * 1024;
