import type { AttributeValue, Item } from './attribute-value.ts';

/** A list or map takes three bytes, and each element one. */
const COLLECTION_BYTES = 3;

/**
 * Bytes that an item takes.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemBytes(item: Item): number {
  return Object.entries(item).reduce((bytes, [name, value]) => {
    return bytes + Buffer.byteLength(name) + valueBytes(value);
  }, 0);
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
      return sum(held, (one) => valueBytes({ [type.slice(0, 1)]: one }));
    case 'L':
      return COLLECTION_BYTES + sum(held, (one) => 1 + valueBytes(one as AttributeValue));
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

function sum(list: unknown, bytesOf: (one: unknown) => number): number {
  return Array.isArray(list) ? list.reduce((bytes: number, one) => bytes + bytesOf(one), 0) : 0;
}
