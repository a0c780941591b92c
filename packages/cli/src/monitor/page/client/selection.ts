/** What the page shows the details of, as the address of the page says behind its `#`. */
export type Selection =
  | { kind: 'all' }
  | { kind: 'route'; route: string }
  /** A function may be a target of several routes. */
  | { kind: 'target'; route: string; target: string }
  | { kind: 'forwarder'; forwarder: string }
  | { kind: 'account'; account: string }
  /** What the map folds into one node. */
  | { kind: 'rest'; of: 'streams' | 'accounts' };

/** Anything else in an address means all. */
export function selectionOf(hash: string): Selection {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''));
  const [route, target, forwarder, account, rest] = ['route', 'target', 'forwarder', 'account', 'rest'].map(
    (name) => parameters.get(name) ?? undefined,
  );
  if (target !== undefined) return { kind: 'target', route: route ?? '', target };
  if (route !== undefined) return { kind: 'route', route };
  if (forwarder !== undefined) return { kind: 'forwarder', forwarder };
  if (account !== undefined) return { kind: 'account', account };
  if (rest === 'streams' || rest === 'accounts') return { kind: 'rest', of: rest };
  return { kind: 'all' };
}

export function hashOf(selection: Selection): string {
  switch (selection.kind) {
    case 'all':
      return '#all';
    case 'route':
      return hashWith({ route: selection.route });
    case 'target':
      return hashWith({ target: selection.target, route: selection.route });
    case 'forwarder':
      return hashWith({ forwarder: selection.forwarder });
    case 'account':
      return hashWith({ account: selection.account });
    case 'rest':
      return hashWith({ rest: selection.of });
  }
}

function hashWith(parameters: Record<string, string>): string {
  return `#${new URLSearchParams(parameters)}`;
}
