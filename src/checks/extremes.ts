/**
 * The largest of any number of values; −∞ of none. `Math.max(...values)` puts each on the stack, where some ten thousands end the program.
 */
export function largest(values: Iterable<number>): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) most = Math.max(most, value);
  return most;
}

/** The smallest of any number of values; ∞ of none. See {@link largest}. */
export function smallest(values: Iterable<number>): number {
  let least = Number.POSITIVE_INFINITY;
  for (const value of values) least = Math.min(least, value);
  return least;
}

/** Puts any number of items at the end of a list; `list.push(...items)` would put each on the stack first. See {@link largest}. */
export function append<Item>(list: Item[], items: Iterable<Item>): void {
  for (const item of items) list.push(item);
}
