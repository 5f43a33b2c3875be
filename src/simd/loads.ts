// Loads. A read whose index is linear in the lane needs one address: with stride 1 the four lanes are one 16-byte load, with stride 0
// one number, else four numbers at fixed distances. gpu.js computes four addresses and loads four numbers in all cases.
//
// Safety. A read that the analysis has proven to stay inside its array needs no test, whatever lanes are switched off: the proof
// covers all four. Any other read compares its index with the array's length first (as unsigned numbers, so that negative ones fail),
// and where one of the four cells lies outside, gpu.js's own code runs, which clamps each lane's index to the array. So no read traps,
// reads guarded by a condition that differs between lanes behave as before, and a read outside gives what it gave before. gpu.js does
// not clamp an index that all lanes share (it may trap); here it is clamped, too.

import type { ArrayRead } from './analysis';
import { type Emission, lastFirstIndex } from './emission';
import { isPure } from './facts';
import type { ArrayTable, FunctionNode, Node } from './gpujs';
import { loadSplat } from './instructions';

type Stock = (...args: any[]) => string;

/** Loads the lanes' cells; the byte address of the lowest is on the stack. */
function loadLanes(emission: Emission, lane: number, offset: number): void {
  const { emitter } = emission;
  if (lane === 1) {
    emitter.v128Load(offset, 2);
    return;
  }
  if (lane === 0) {
    loadSplat(emitter, offset);
    return;
  }
  const address = emitter.addLocal('i32');
  const at = (index: number) => offset + 4 * (lane > 0 ? lane * index : -lane * (3 - index));
  emitter.localTee(address);
  loadSplat(emitter, at(0));
  for (let index = 1; index < 4; index++) emitter.localGet(address).f32Load(at(index)).f32x4ReplaceLane(index);
}

function count({ counts }: Emission, { lane, proven }: ArrayRead): void {
  if (!proven) counts.checked++;
  if (lane === 0) counts.splat++;
  else if (lane === 1) counts.vector++;
  else counts.strided++;
}

/** In checked mode: counts a violation where a live lane's index, computed by gpu.js's own code, lies outside. */
function watchLanes(
  emission: Emission,
  node: FunctionNode,
  brackets: readonly (Node | undefined)[],
  dims: number[],
  last: number,
): void {
  if (brackets.some((bracket) => bracket && !isPure(bracket))) return;
  emission.countIf(() => {
    const em = node.em;
    const index = em.addLocal('v128');
    emitFlat(node, brackets, dims, true);
    em.localSet(index);
    em.localGet(index).v128ConstI32x4(0, 0, 0, 0).i32x4LtS();
    em.localGet(index).v128ConstI32x4(last, last, last, last).i32x4GtS().v128Or();
    em.localGet(node.vCur).v128And().v128AnyTrue();
  });
}

/** The flat index of up to three brackets, as gpu.js computes it. */
function emitFlat(node: FunctionNode, brackets: readonly (Node | undefined)[], dims: number[], vector: boolean): void {
  const em = node.em;
  const strides = [1, dims[0], dims[0] * dims[1]];
  for (const [i, bracket] of brackets.entries()) {
    if (!bracket) continue;
    if (vector) node.vEmitIndex(bracket);
    else node.emitIndex(bracket);
    if (i === 0) continue;
    const stride = strides[i];
    if (vector) em.v128ConstI32x4(stride, stride, stride, stride).i32x4Mul().i32x4Add();
    else em.i32Const(stride).i32Mul().i32Add();
  }
}

/** A read in which lanes differ (or may), as four lanes. */
export function emitLaneRead(
  emission: Emission,
  node: FunctionNode,
  stock: Stock,
  args: [ArrayTable, string, Node, Node?, Node?, Node?],
): string {
  const [table, name, x, y, z, member] = args;
  const read = emission.analysis.reads.get(member!);
  const { emitter } = emission;
  const region = node.assembler!.layout[table][name];
  if (!read) {
    emission.counts.gathered++;
    if (region) watchLanes(emission, node, [x, y, z], region.dims, region.flatLength - 1);
    return stock(...args);
  }
  if (read.proven) {
    count(emission, read);
    emission.placed(read.index);
    loadLanes(emission, read.lane, region.offset + read.offset);
    return 'vf32';
  }
  const last = lastFirstIndex(region, read.lane);
  if (last < 0) {
    emission.counts.gathered++;
    watchLanes(emission, node, [x, y, z], region.dims, region.flatLength - 1);
    return stock(...args);
  }
  count(emission, read);
  const index = emitter.addLocal('i32');
  emission.placed(read.index);
  emitter.localTee(index).i32Const(last).i32LeU().if_('v128');
  emitter.localGet(index).i32Const(2).i32Shl();
  loadLanes(emission, read.lane, region.offset);
  emitter.else_();
  watchLanes(emission, node, [x, y, z], region.dims, region.flatLength - 1);
  stock(...args);
  emitter.end();
  return 'vf32';
}

/** A read of one cell: shared by all lanes, or by the function that computes one cell. */
export function emitSharedRead(
  emission: Emission,
  node: FunctionNode,
  args: [ArrayTable, string, Node, Node?, Node?, Node?],
): string {
  const [table, name, x, y, z, member] = args;
  const region = node.assembler!.layout[table][name];
  if (!region)
    throw node.astErrorOutput(
      `no memory layout for "${name}" — arrays are only readable as kernel arguments or constants`,
      member!,
    );
  const read = emission.analysis.reads.get(member!);
  if (read?.proven) {
    if (node.vec) count(emission, read);
    emission.placed(read.index);
    emission.load(region.offset + read.offset);
    return 'f32';
  }
  const { emitter } = emission;
  // An array without cells has none to clamp to; the byte at its offset exists, since memory ends well after the last array.
  const last = Math.max(0, region.flatLength - 1);
  const index = emitter.addLocal('i32');
  if (read) emission.placed(read.index);
  else emitFlat(node, [x, y, z], region.dims, false);
  emitter.localSet(index);
  if (node.vec) {
    emission.counts.checked++;
    if (read) emission.counts.splat++;
    else emission.counts.gathered++;
  }
  emission.countIf(() => {
    emitter.localGet(index).i32Const(last).i32GtU();
    if (node.vec && node.vMaskDepth > 0) emitter.localGet(node.vCur).v128AnyTrue().i32And();
  });
  emitter.localGet(index);
  node.emitClampScalarIndex(last);
  emitter.i32Const(2).i32Shl();
  emission.load(region.offset);
  return 'f32';
}
