import { firstNonFinite } from '../checks/finite';
import { pendingBefore, realize, type Value } from '../tensor/graph';

/**
 * Finds where a computation left the finite numbers: recomputes everything between the leaves and the roots and looks at it in
 * the order of computation.
 * @param roots values as they were before they were realized.
 * @param names what to call known values, such as parameters.
 * @returns the culprit as half a sentence; null where the numbers are finite this time.
 */
export async function findNonFinite(
  roots: readonly Value[],
  names: ReadonlyMap<Value, string>,
): Promise<string | null> {
  const values = pendingBefore(roots);
  const described = values.map((value) => ({ value, call: value.call! }));
  await realize(values);
  for (const { value, call } of described) {
    for (const input of call.inputs) {
      const wrong = firstNonFinite(input.data!);
      if (wrong >= 0)
        return `${names.get(input) ?? `an input of ${call.kernel.name}`} holds ${input.data![wrong]} at ${wrong}`;
    }
    const wrong = value.data!.filter((number) => !Number.isFinite(number)).length;
    if (wrong > 0) return `first in ${call.kernel.name}: ${wrong} of its ${value.data!.length} results`;
  }
  return null;
}
