// Running sums. `sum += a * b` becomes one instruction, `f32x4.relaxed_madd`, where the engine has it: the product is not rounded before
// it is added. Only sums into a variable are treated so; an expression such as `a * b + c` keeps both roundings, so that what a kernel
// compares, an area or an index, is the same number on every back end.
//
// Safety. What the instruction computes may differ between processors, but not on one: all lanes, all threads and the function for single
// cells (which takes the first of four equal lanes) use the same instruction, hence a cell has the same bits whoever computes it.
// The sum is read after the product is evaluated and not before, which is the same: no expression of a kernel changes a variable.

import type { Emission } from './emission';
import type { FunctionNode, Node } from './gpujs';
import { relaxedMultiplyAdd } from './instructions';

const isFloat = (type: string | null) => type === 'Number' || type === 'Float';

/** Whether an expression adds a product to a variable, all of them real numbers. */
function isRunningSum(emission: Emission, node: FunctionNode, { operator, left, right }: Node): boolean {
  if (operator !== '+' || left.type !== 'Identifier' || emission.analysis.neverAssigned(left.name)) return false;
  if (emission.analysis.counters.has(left.name)) return false;
  if (right.type !== 'BinaryExpression' || right.operator !== '*') return false;
  return [left, right.left, right.right].every((operand) => isFloat(node.getType(operand)));
}

/** `sum + a * b` in four lanes; false where it is something else or the engine has no such instruction. */
export function addProductInLanes(emission: Emission, node: FunctionNode, sum: Node): boolean {
  if (!emission.fused || !isRunningSum(emission, node, sum)) return false;
  node.pushState('building-float');
  for (const operand of [sum.right.left, sum.right.right, sum.left]) node.vCoerce(node.vexpr(operand), 'vf32');
  node.popState('building-float');
  relaxedMultiplyAdd(node.em);
  return true;
}

/** `sum + a * b` of single numbers, by the same instruction. */
export function addProduct(emission: Emission, node: FunctionNode, sum: Node): boolean {
  if (!emission.fused || !isRunningSum(emission, node, sum)) return false;
  node.pushState('building-float');
  for (const operand of [sum.right.left, sum.right.right, sum.left]) {
    node.coerce(node.expression(operand), 'f32');
    node.em.f32x4Splat();
  }
  node.popState('building-float');
  relaxedMultiplyAdd(node.em);
  node.em.f32x4ExtractLane(0);
  return true;
}
