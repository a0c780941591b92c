import type { AttributeValue, Item } from './attribute-value.ts';

/** A list or map takes three bytes, and each element one. */
const COLLECTION_BYTES = 3;

/**
 * Bytes that an item takes.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemBytes(item: Item): number {
  return Object.entries(item).reduce(
    (bytes, [name, value]) => bytes + Buffer.byteLength(name) + valueBytes(value),
    0,
  );
}

function valueBytes(value: AttributeValue): number {
  const [type, held] = Object.entries(value)[0] ?? [];
  switch (type) {
    case 'S':
      return Buffer.byteLength(String(held));
    case 'N':
      return numberBytes(String(held));
    case 'B':
      return Buffer.byteLength(String(held), 'base64');
    case 'SS':
    case 'NS':
    case 'BS':
      return listOf(held).reduce<number>((bytes, one) => bytes + valueBytes({ [type.slice(0, 1)]: one }), 0);
    case 'L':
      return listOf(held).reduce<number>(
        (bytes, one) => bytes + 1 + valueBytes(one as AttributeValue),
        COLLECTION_BYTES,
      );
    case 'M':
      return COLLECTION_BYTES + Object.keys(held as Item).length + itemBytes(held as Item);
    default:
      return 1;
  }
}

/** One byte for two significant digits, one more, and one for a minus. */
function numberBytes(text: string): number {
  const [mantissa = ''] = text.toLowerCase().split('e');
  const digits = mantissa.replace(/[-.]/g, '').replace(/^0+/, '');
  const significant = mantissa.includes('.') ? digits : digits.replace(/0+$/, '');
  return Math.ceil(significant.length / 2) + 1 + (text.startsWith('-') ? 1 : 0);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
