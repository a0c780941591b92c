/** Terraform labels for names: unique even if two names differ only in characters that a label cannot have. */
export function uniqueLabels(names: readonly string[]): string[] {
  const taken = new Map<string, number>();
  return names.map((name) => {
    const label = toLabel(name);
    const count = (taken.get(label) ?? 0) + 1;
    taken.set(label, count);
    return count === 1 ? label : `${label}__${count}`;
  });
}

export function toLabel(name: string): string {
  return name.replaceAll(/[^\w-]/g, '_').replaceAll('-', '_');
}
