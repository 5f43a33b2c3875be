// Whole numbers beyond 2²⁴. gpu.js computes them in float32, which holds whole numbers up to 2²⁴ only: an index, the bound of a loop or a
// guard beyond that would silently be another one. Here sums and products of whole numbers are computed as 32-bit integers, lane by
// lane where lanes differ, and so are the comparisons, minima, maxima and quotients that the analysis has found to need it.
//
// Safety. 32-bit arithmetic is that of the integers modulo 2³²; an array has fewer than 2³⁰ numbers, since WebAssembly's memory has 2³² bytes,
// so every index that lies inside an array is exact whatever the intermediate results did. A part that is no sum or product is
// evaluated by gpu.js's own code and converted. Quotients, minima, maxima and comparisons are computed as integers only where the ranges
// of their operands lie within ±2³⁰.

import type { Emission } from './emission';
import { wholeArithmetic } from './facts';
import type { FunctionNode, Node } from './gpujs';
import { mathFunction } from './syntax';

const instructions: Record<string, string> = { '+': 'Add', '-': 'Sub', '*': 'Mul' };
const relations: Record<string, string> = {
  '<': 'LtS',
  '<=': 'LeS',
  '>': 'GtS',
  '>=': 'GeS',
  '==': 'Eq',
  '===': 'Eq',
  '!=': 'Ne',
  '!==': 'Ne',
};

/** Leaves the four lanes of a whole-numbered expression on the stack, as integers. */
export function emitWholeLanes(emission: Emission, node: FunctionNode, expression: Node): void {
  const { emitter, analysis } = emission;
  const form = analysis.facts.form(expression);
  if (form) {
    emission.form(form);
    emitter.i32x4Splat();
    addLanes(emission, form.lane);
    return;
  }
  const twin = expression.type === 'Identifier' ? emission.wholeLanes.get(expression.name) : undefined;
  if (twin !== undefined) {
    emitter.localGet(twin);
  } else if (expression.type === 'BinaryExpression' && wholeArithmetic.has(expression.operator)) {
    emitWholeLanes(emission, node, expression.left);
    emitWholeLanes(emission, node, expression.right);
    emitter[`i32x4${instructions[expression.operator]}`]();
  } else if (expression.type === 'UnaryExpression' && expression.operator === '-') {
    emitter.v128ConstI32x4(0, 0, 0, 0);
    emitWholeLanes(emission, node, expression.argument);
    emitter.i32x4Sub();
  } else emission.asWritten(() => node.vCoerce(node.vexpr(expression), 'vi32'));
}

/** Adds `lane` to each of the four integers on the stack as often as its lane's number says. */
export function addLanes({ emitter }: Emission, lane: number): void {
  if (lane !== 0) emitter.v128ConstI32x4(0, lane, 2 * lane, 3 * lane).i32x4Add();
}

/** Leaves a whole number that all lanes share on the stack, as an integer. */
function emitWhole(emission: Emission, node: FunctionNode, expression: Node): void {
  const form = emission.analysis.facts.form(expression);
  if (form) emission.form(form);
  else emission.scalar(() => node.expression(expression), 'i32');
}

/** Keeps the integers of a constant that differs from lane to lane, if the analysis asks for them. */
export function keepWholeLanes(emission: Emission, node: FunctionNode, { id, init }: Node): void {
  if (!emission.analysis.wholeLanes.has(id.name)) return;
  const { emitter } = emission;
  const local = emission.wholeLanes.get(id.name) ?? emitter.addLocal('v128');
  emitWholeLanes(emission, node, init);
  emitter.localSet(local);
  emission.wholeLanes.set(id.name, local);
}

/** A comparison in which lanes differ; false where the analysis does not ask for integers. */
export function compareLanes(emission: Emission, node: FunctionNode, comparison: Node): boolean {
  if (!emission.analysis.integerNodes.has(comparison)) return false;
  emitWholeLanes(emission, node, comparison.left);
  emitWholeLanes(emission, node, comparison.right);
  node.em[`i32x4${relations[comparison.operator]}`]();
  return true;
}

/** A call of Math.floor, Math.min or Math.max that all lanes share; false where the analysis does not ask for integers. */
export function callWhole(emission: Emission, node: FunctionNode, call: Node): boolean {
  if (!emission.analysis.integerNodes.has(call)) return false;
  const { emitter } = emission;
  const division = emission.analysis.facts.division(call);
  if (division) {
    emitWhole(emission, node, division.written);
    floorDivide(emission, division.divisor);
    return true;
  }
  const [left, right] = [emitter.addLocal('i32'), emitter.addLocal('i32')];
  for (const [i, argument] of call.arguments.entries()) {
    emitWhole(emission, node, argument);
    if (i === 0) continue;
    emitter.localSet(right).localSet(left).localGet(left).localGet(right).localGet(left).localGet(right);
    emitter[mathFunction(call) === 'min' ? 'i32LtS' : 'i32GtS']().select();
  }
  return true;
}

/** The same where lanes differ. */
export function callWholeLanes(emission: Emission, node: FunctionNode, call: Node): boolean {
  if (!emission.analysis.integerNodes.has(call)) return false;
  const { emitter } = emission;
  const division = emission.analysis.facts.division(call);
  if (division) {
    emitWholeLanes(emission, node, division.written);
    floorDivideLanes(emission, division.divisor);
    return true;
  }
  for (const [i, argument] of call.arguments.entries()) {
    emitWholeLanes(emission, node, argument);
    if (i > 0) emitter[mathFunction(call) === 'min' ? 'i32x4MinS' : 'i32x4MaxS']();
  }
  return true;
}

/** ⌊a / divisor⌋ of the integer on the stack: WebAssembly's division rounds towards 0, so a negative a moves down first. */
function floorDivide({ emitter }: Emission, divisor: number): void {
  const shift = Math.log2(divisor);
  if (Number.isInteger(shift)) {
    if (shift > 0) emitter.i32Const(shift).i32ShrS();
    return;
  }
  const dividend = emitter.addLocal('i32');
  emitter.localTee(dividend).localGet(dividend).i32Const(31).i32ShrS();
  emitter
    .i32Const(divisor - 1)
    .i32And()
    .i32Sub()
    .i32Const(divisor)
    .i32DivS();
}

function floorDivideLanes(emission: Emission, divisor: number): void {
  const { emitter } = emission;
  if (divisor === 1) return;
  const dividends = emitter.addLocal('v128');
  emitter.localSet(dividends);
  for (let lane = 0; lane < 4; lane++) {
    emitter.localGet(dividends).i32x4ExtractLane(lane);
    floorDivide(emission, divisor);
    if (lane === 0) emitter.i32x4Splat();
    else emitter.i32x4ReplaceLane(lane);
  }
}
