/** Whether `value` matches a pattern with `*` (any characters) and `?` (one). */
export function matches(value: string, pattern: string): boolean {
  if (!/[*?]/.test(pattern)) return value === pattern;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(value);
}

/** Compares each of the six parts of an ARN separately: a `*` in one part does not match into the next. */
export function matchesArn(value: string, pattern: string): boolean {
  const parts = splitArn(value);
  const patterns = splitArn(pattern);
  return (
    parts.length === patterns.length && parts.every((part, index) => matches(part, patterns[index] ?? ''))
  );
}

function splitArn(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}
