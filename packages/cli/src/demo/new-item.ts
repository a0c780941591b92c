import { isObject } from '@xacct/core';
import type { ItemChange } from '@xacct/local';
import type { SampleEvent } from './events.ts';

type AttributeValue = ItemChange['Keys'][string];

/** Turns an event into a new item: its fields are the attributes; its partition key and its place in the file are the key. */
export function toNewItem({ partitionKey, data }: SampleEvent, index: number): ItemChange {
  const document: unknown = JSON.parse(data.toString());
  const Keys = { partitionKey: { S: partitionKey }, number: { N: String(index) } };
  const attributes = isObject(document) ? attributesOf(document) : { document: toAttributeValue(document) };
  return { Keys, NewImage: { ...attributes, ...Keys } };
}

function attributesOf(fields: object): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, toAttributeValue(value)]));
}

function toAttributeValue(value: unknown): AttributeValue {
  if (value === null || value === undefined) return { NULL: true };
  if (typeof value === 'boolean') return { BOOL: value };
  if (typeof value === 'number') return { N: String(value) };
  if (Array.isArray(value)) return { L: value.map(toAttributeValue) };
  return isObject(value) ? { M: attributesOf(value) } : { S: String(value) };
}
