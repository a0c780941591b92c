/** What JSON escapes, and what takes more than a byte in UTF-8. */
const NOT_PLAIN = /[^ !#-[\]-~]/;

/** Whether a value is a text that JSON contains as it is, with one byte for each character. */
export function isPlain(value: unknown): value is string {
  return typeof value === 'string' && !NOT_PLAIN.test(value);
}

/** Below this, the expression is faster. */
const LONG = 160;
const PART = 16 * 1024;
const decoded = Buffer.allocUnsafeSlow((PART / 4) * 3);

/** The same for a text that is probably base64: of a long one, Node's decoder is asked, which is much faster. */
export function isPlainBase64(value: unknown): value is string {
  if (typeof value !== 'string' || value.length < LONG) return isPlain(value);
  // The decoder takes some characters outside of ASCII for others in it.
  if (Buffer.byteLength(value) !== value.length) return false;
  for (let from = 0; from < value.length; from += PART) {
    if (!isBase64(value.slice(from, from + PART))) return false;
  }
  return true;
}

/** The decoder skips any other character, so that fewer bytes come out. */
function isBase64(text: string): boolean {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return decoded.write(text, 'base64') === (text.length / 4) * 3 - padding;
}
