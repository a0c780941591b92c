import { parseArn } from '@xacct/core';

/** Whether `value` matches a pattern with `*` (any characters) and `?` (one). */
export function matches(value: string, pattern: string): boolean {
  if (!/[*?]/.test(pattern)) return value === pattern;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(value);
}

const PARTS = ['partition', 'service', 'region', 'account', 'resource'] as const;

/** Compares each part of an ARN separately: a `*` in one part does not match into the next. Other text matches nothing. */
export function matchesArn(value: string, pattern: string): boolean {
  const [arn, patterns] = [parseArn(value), parseArn(pattern)];
  return arn.service !== '' && PARTS.every((part) => matches(arn[part], patterns[part]));
}
