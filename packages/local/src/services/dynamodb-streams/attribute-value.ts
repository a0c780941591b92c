import { isObject } from '@xacct/core';
import { AwsError } from '../../shared/aws-error.ts';

/** A value as DynamoDB writes it in JSON: one type beside the value, binary in base64. */
export type AttributeValue = Readonly<Record<string, unknown>>;
export type Item = Readonly<Record<string, AttributeValue>>;

const isText = (value: unknown) => typeof value === 'string';
const isNumber = (value: unknown) =>
  typeof value === 'string' && /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value);
const isBase64 = (value: unknown) =>
  typeof value === 'string' && Buffer.from(value, 'base64').toString('base64') === value;
const setOf = (belongs: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.length > 0 && value.every(belongs);

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_AttributeValue.html */
const scalars: Readonly<Record<string, (value: unknown) => boolean>> = {
  S: isText,
  N: isNumber,
  B: isBase64,
  SS: setOf(isText),
  NS: setOf(isNumber),
  BS: setOf(isBase64),
  BOOL: (value) => typeof value === 'boolean',
  NULL: (value) => value === true,
};

/** @throws {AwsError} ValidationException, with the place of what is no attribute value */
export function parseItem(value: unknown, place: string): Item {
  if (!isObject(value) || Object.keys(value).length === 0)
    throw invalid(place, 'expected attributes by name', value);
  for (const [name, attribute] of Object.entries(value)) checkValue(attribute, `${place}.${name}`);
  return value as Item;
}

function checkValue(value: unknown, place: string): void {
  const [type = '', held] = isObject(value) ? (Object.entries(value)[0] ?? []) : [];
  if (!isObject(value) || Object.keys(value).length !== 1)
    throw invalid(place, 'expected one type with its value, such as {"S":"text"}', value);
  if (type === 'L' && Array.isArray(held)) {
    for (const [index, element] of held.entries()) checkValue(element, `${place}.L[${index}]`);
  } else if (type === 'M' && isObject(held)) {
    for (const [name, element] of Object.entries(held)) checkValue(element, `${place}.M.${name}`);
  } else if (!Object.hasOwn(scalars, type) || !scalars[type]?.(held)) {
    throw invalid(place, 'expected a value of type S, N, B, SS, NS, BS, BOOL, NULL, L or M', value);
  }
}

function invalid(place: string, expected: string, value: unknown): AwsError {
  const shown = JSON.stringify(value) ?? 'nothing';
  return new AwsError('ValidationException', `${place}: ${expected}, got ${shown.slice(0, 80)}`);
}
