/** An element that shows something, and shows it again after a change. */
export interface Shown<T> {
  node: Element;
  show(item: T): void;
}

/**
 * Keeps the children of an element as a list of items wants them. An item that stays keeps its element, so that focus, selected
 * text and what is open stay as well.
 *
 * @returns shows a list
 */
export function keyed<T>(
  parent: Element,
  keyOf: (item: T) => string,
  create: (item: T) => Shown<T>,
): (items: readonly T[]) => void {
  let known = new Map<string, Shown<T>>();
  return (items) => {
    const next = new Map<string, Shown<T>>();
    for (const item of items) {
      const key = keyOf(item);
      const shown = known.get(key) ?? create(item);
      shown.show(item);
      next.set(key, shown);
    }
    known = next;
    const nodes = Array.from(next.values(), ({ node }) => node);
    if (nodes.length === parent.children.length && nodes.every((node, at) => node === parent.children[at]))
      return;
    const { activeElement } = document;
    parent.replaceChildren(...nodes);
    // An element that is moved loses the focus.
    if (activeElement instanceof HTMLElement && parent.contains(activeElement))
      activeElement.focus({ preventScroll: true });
  };
}
