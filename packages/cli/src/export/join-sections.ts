type Sections = Readonly<Record<string, object>>;

/** Joins sections of a template, in the order in which people read them; none that is empty, and nothing twice. */
export function joinSections(some: Sections, others: Sections): Record<string, object> {
  const joined = ['Parameters', 'Mappings', 'Conditions'].map((name): [string, object] => {
    return [name, { ...some[name], ...others[name] }];
  });
  return Object.fromEntries(joined.filter(([, entries]) => Object.keys(entries).length > 0));
}
