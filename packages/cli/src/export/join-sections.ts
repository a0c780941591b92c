type Sections = Readonly<Record<string, object>>;

/** Joins the sections of a template, in reading order, without empty ones and without duplicates. */
export function joinSections(some: Sections, others: Sections): Record<string, object> {
  const joined = ['Parameters', 'Mappings', 'Conditions'].map((name): [string, object] => {
    return [name, { ...some[name], ...others[name] }];
  });
  return Object.fromEntries(joined.filter(([, entries]) => Object.keys(entries).length > 0));
}
