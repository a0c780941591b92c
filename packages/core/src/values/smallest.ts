/**
 * The smallest whole number from `low` to `high` for which `holds` is true, found by halving; `high` where there is none.
 *
 * @param holds true for each number above one for which it is true
 */
export function smallest(low: number, high: number, holds: (number: number) => boolean): number {
  let [first, last] = [low, high];
  while (first < last) {
    const middle = Math.floor((first + last) / 2);
    if (holds(middle)) last = middle;
    else first = middle + 1;
  }
  return first;
}
