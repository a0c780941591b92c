import { AwsError } from '../../shared/aws-error.ts';
import { type Item, parseItem } from './attribute-value.ts';

/** A change of an item, as a table with the view type NEW_AND_OLD_IMAGES puts it on its stream. */
export interface ItemChange {
  /** The item's key attributes. */
  Keys: Item;
  /** The item after the change; none when it was removed. */
  NewImage?: Item;
  /** The item before the change; none when it is new. */
  OldImage?: Item;
}

export type ChangeName = 'INSERT' | 'MODIFY' | 'REMOVE';

/** @throws {AwsError} ValidationException */
export function parseItemChange(value: unknown, place: string): ItemChange {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new AwsError('ValidationException', `${place}: expected an object with Keys and images`);
  const { Keys, NewImage, OldImage, ...rest } = value as Record<string, unknown>;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined)
    throw new AwsError('ValidationException', `${place}: the local AWS does not know ${unknown} of a change`);
  if (NewImage === undefined && OldImage === undefined)
    throw new AwsError('ValidationException', `${place}: expected NewImage, OldImage or both, got neither`);
  return {
    Keys: parseItem(Keys, `${place}.Keys`),
    ...(NewImage !== undefined && { NewImage: parseItem(NewImage, `${place}.NewImage`) }),
    ...(OldImage !== undefined && { OldImage: parseItem(OldImage, `${place}.OldImage`) }),
  };
}

export function changeName({ NewImage, OldImage }: ItemChange): ChangeName {
  if (NewImage === undefined) return 'REMOVE';
  return OldImage === undefined ? 'INSERT' : 'MODIFY';
}

/** What writes to an item so; without it nothing would be on the stream. */
export function writeAction(change: ItemChange): string {
  return changeName(change) === 'REMOVE' ? 'dynamodb:DeleteItem' : 'dynamodb:PutItem';
}

/** Names an item: changes of one item keep their order. */
export function keyText(keys: Item): string {
  return JSON.stringify(Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1)));
}
