// Integer counters. `for (let i = 0; i < n; i++)` keeps i in an i32 local, and comparisons of whole numbers compare i32. gpu.js makes i
// a float32 and truncates it at every index.
//
// Safety. The type that gpu.js's inference sees stays Number, and gpu.js's code converts the local to float32 wherever the counter is
// used as a value: up to 2²⁴ that is the same number, beyond it the integer is right where a float32 counter stands still. Counters
// are chosen by the analysis: all lanes share them and only the loop's own update, by a whole step, changes them. Two whole numbers
// within ±2²⁴ compare alike as integers and as float32.
// Beyond that float32 rounds, and the integers are right.

import type { Emission } from './emission';
import type { FunctionNode, Node } from './gpujs';

const integerComparisons: Record<string, string> = {
  '<': 'i32LtS',
  '<=': 'i32LeS',
  '>': 'i32GtS',
  '>=': 'i32GeS',
  '==': 'i32Eq',
  '===': 'i32Eq',
  '!=': 'i32Ne',
  '!==': 'i32Ne',
};

/** Declares a loop counter as an i32 local; false where the name is none. */
export function declareCounter(emission: Emission, node: FunctionNode, { id }: Node): boolean {
  const start = emission.analysis.counters.get(id.name);
  if (!start) return false;
  const declaration = node.getDeclaration(id);
  if (declaration) declaration.valueType = 'Number';
  node.setScalarLocal(id.name, 'i32', 'Number', () => emission.form(start));
  return true;
}

/** `i += 2` on a counter; false where it is something else. (gpu.js itself handles `i++` on an i32 local.) */
export function stepCounter(emission: Emission, node: FunctionNode, { left, operator, right }: Node): boolean {
  if (left.type !== 'Identifier' || !emission.analysis.counters.has(left.name)) return false;
  const amount = emission.analysis.facts.constantValue(right)!;
  const { index } = node.locals.get(left.name)!;
  node.em
    .localGet(index)
    .i32Const(operator === '+=' ? amount : -amount)
    .i32Add()
    .localSet(index);
  return true;
}

/** A comparison of two whole numbers; false where the analysis has not found it to be one. */
export function compareIntegers(emission: Emission, node: FunctionNode, comparison: Node): boolean {
  const sides = emission.analysis.comparisons.get(comparison);
  if (!sides) return false;
  emission.placed(sides.left);
  emission.placed(sides.right);
  node.em[integerComparisons[comparison.operator]]();
  return true;
}
