/**
 * The places of numbers ≥ 0 from the smallest to the largest; equal ones keep their order. A radix sort: the bits of such numbers
 * rise with them, so eight passes over one byte each suffice, where comparing would take log₂ n.
 */
export function ascendingOrder(numbers: Float64Array): Int32Array {
  const count = numbers.length;
  // + 0 turns −0 into 0, whose bits are none.
  const bytes = new Uint8Array(numbers.map((number) => number + 0).buffer);
  // 1 as a double is 3f f0 00 …: its first byte in memory says in which order the bytes lie.
  const littleEndian = new Uint8Array(Float64Array.of(1).buffer)[0] === 0;
  let order = new Int32Array(count).map((_, i) => i);
  let next = new Int32Array(count);
  for (let pass = 0; pass < 8; pass++) {
    const digit = littleEndian ? pass : 7 - pass;
    const starts = new Int32Array(257);
    for (let i = 0; i < count; i++) starts[bytes[8 * i + digit] + 1]++;
    if (starts.includes(count)) continue;
    for (let value = 0; value < 256; value++) starts[value + 1] += starts[value];
    for (let i = 0; i < count; i++) {
      const item = order[i];
      next[starts[bytes[8 * item + digit]]++] = item;
    }
    [order, next] = [next, order];
  }
  return order;
}
