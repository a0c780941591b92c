/** By name alone: to compare with Node's own classes would load them, which a cold start pays for. */
export function isReadableStream(stream: unknown): boolean {
  return nameOf(stream) === 'ReadableStream';
}

export function isBlob(blob: unknown): boolean {
  return nameOf(blob) === 'Blob';
}

function nameOf(value: unknown): string | undefined {
  return (value as object | undefined)?.constructor?.name;
}
