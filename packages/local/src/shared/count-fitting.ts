/** How many of these sizes fit into so many bytes, in order: one at least, if there is one. */
export function countFitting(sizes: readonly number[], mostBytes: number): number {
  let bytes = 0;
  const over = sizes.findIndex((size, index) => {
    bytes += size;
    return index > 0 && bytes > mostBytes;
  });
  return over === -1 ? sizes.length : over;
}
