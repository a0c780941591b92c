import type { HttpReply } from './http.ts';

/** What an element holds: text, or more elements; a list is the same element again and again. */
export type XmlValue =
  | string
  | number
  | boolean
  | readonly XmlValue[]
  | { readonly [name: string]: XmlValue };

/** @param document of one element, the root */
export function xmlReply(
  status: number,
  document: Readonly<Record<string, XmlValue>>,
  { contentType, namespace }: { contentType: string; namespace?: string },
): HttpReply {
  const [[root = '', content = ''] = []] = Object.entries(document);
  const attribute = namespace === undefined ? '' : ` xmlns="${namespace}"`;
  const body = `<${root}${attribute}>${contentOf(content)}</${root}>`;
  return { status, headers: { 'content-type': contentType }, body };
}

function elements(name: string, value: XmlValue): string {
  if (isList(value)) return value.map((item) => elements(name, item)).join('');
  return `<${name}>${contentOf(value)}</${name}>`;
}

function contentOf(value: XmlValue): string {
  if (typeof value !== 'object') return escapeXml(String(value));
  return Object.entries(value)
    .map(([name, child]) => elements(name, child))
    .join('');
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

/** A carriage return would be read as a new line. */
function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');
}
