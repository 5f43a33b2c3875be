// Loads. A read whose index is linear in the lane needs one address: with stride 1 the four lanes are one 16-byte load, with stride 0
// one number, else four numbers at fixed distances. gpu.js computes four addresses and loads four numbers in all cases.
//
// Safety. A read that the analysis has proven to stay inside its array needs no test, whatever lanes are switched off: the proof
// covers all four. Any other read compares its index with the array's length first (as unsigned numbers, so that negative ones fail),
// and where one of the four cells lies outside, each lane's index is clamped to the array, as gpu.js does it. So no read traps, reads
// guarded by a condition that differs between lanes behave as before, and a read outside gives what it gave before. gpu.js does not
// clamp an index that all lanes share (it may trap); here it is clamped, too.

import type { ArrayRead } from './analysis';
import { type Emission, lastFirstIndex } from './emission';
import type { ArrayRegion, ArrayTable, FunctionNode, Node } from './gpujs';
import { loadSplat } from './instructions';
import { addLanes, emitWholeLanes } from './wholeNumbers';

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

/**
 * Loads a cell for each lane; their indices are on the stack. Each is clamped to the array, and in checked mode a live lane whose index lies
 * outside counts as a violation.
 */
function gather(emission: Emission, node: FunctionNode, { offset, flatLength }: ArrayRegion): void {
  const { emitter } = emission;
  const last = flatLength - 1;
  const index = emitter.addLocal('v128');
  emitter.localSet(index);
  emission.countIf(() => {
    emitter.localGet(index).v128ConstI32x4(0, 0, 0, 0).i32x4LtS();
    emitter.localGet(index).v128ConstI32x4(last, last, last, last).i32x4GtS().v128Or();
    emitter.localGet(node.vCur).v128And().v128AnyTrue();
  });
  emitter.localGet(index).v128ConstI32x4(0, 0, 0, 0).i32x4MaxS();
  emitter.v128ConstI32x4(last, last, last, last).i32x4MinS().localSet(index);
  for (let lane = 0; lane < 4; lane++) {
    emitter.localGet(index).i32x4ExtractLane(lane).i32Const(2).i32Shl();
    if (lane === 0) loadSplat(emitter, offset);
    else emitter.f32Load(offset).f32x4ReplaceLane(lane);
  }
}

type Brackets = readonly (Node | undefined)[];

/** Leaves the flat index of each lane on the stack. */
function emitFlatLanes(emission: Emission, node: FunctionNode, brackets: Brackets, dims: number[]): void {
  const { emitter } = emission;
  const strides = [1, dims[0], dims[0] * dims[1]];
  for (const [i, bracket] of brackets.entries()) {
    if (!bracket) continue;
    // An index that is no whole number is truncated, bracket by bracket.
    if (emission.analysis.facts.isWhole(bracket)) emitWholeLanes(emission, node, bracket);
    else node.vEmitIndex(bracket);
    const stride = strides[i];
    if (i > 0) emitter.v128ConstI32x4(stride, stride, stride, stride).i32x4Mul().i32x4Add();
  }
}

/** Leaves the flat index that all lanes share on the stack. */
function emitFlat(node: FunctionNode, brackets: Brackets, dims: number[]): void {
  const strides = [1, dims[0], dims[0] * dims[1]];
  for (const [i, bracket] of brackets.entries()) {
    if (!bracket) continue;
    node.emitIndex(bracket);
    if (i > 0) node.em.i32Const(strides[i]).i32Mul().i32Add();
  }
}

/** A read in which lanes differ (or may), as four lanes. */
export function emitLaneRead(
  emission: Emission,
  node: FunctionNode,
  [table, name, x, y, z, member]: [ArrayTable, string, Node, Node?, Node?, Node?],
): string {
  const read = emission.analysis.reads.get(member!);
  const { emitter } = emission;
  const region = regionOf(node, table, name, member!);
  if (!read) {
    emission.counts.gathered++;
    emitFlatLanes(emission, node, [x, y, z], region.dims);
    gather(emission, node, region);
    return 'vf32';
  }
  if (read.proven) {
    count(emission, read);
    emission.placed(read.index);
    loadLanes(emission, read.lane, region.offset + read.offset);
    return 'vf32';
  }
  /** From the smallest of the lanes' indices, on the stack. */
  const gatherFrom = () => {
    // With a negative stride the last lane has it.
    if (read.lane < 0) emitter.i32Const(-3 * read.lane).i32Add();
    emitter.i32x4Splat();
    addLanes(emission, read.lane);
    gather(emission, node, region);
  };
  const last = lastFirstIndex(region, read.lane);
  emission.placed(read.index);
  if (last < 0) {
    emission.counts.gathered++;
    gatherFrom();
    return 'vf32';
  }
  count(emission, read);
  const index = emitter.addLocal('i32');
  emitter.localTee(index).i32Const(last).i32LeU().if_('v128');
  emitter.localGet(index).i32Const(2).i32Shl();
  loadLanes(emission, read.lane, region.offset);
  emitter.else_();
  emitter.localGet(index);
  gatherFrom();
  emitter.end();
  return 'vf32';
}

function regionOf(node: FunctionNode, table: ArrayTable, name: string, member: Node): ArrayRegion {
  const region = node.assembler!.layout[table][name];
  if (region) return region;
  throw node.astErrorOutput(
    `no memory layout for "${name}" — arrays are only readable as kernel arguments or constants`,
    member,
  );
}

/** A read of one cell: shared by all lanes, or by the function that computes one cell. */
export function emitSharedRead(
  emission: Emission,
  node: FunctionNode,
  [table, name, x, y, z, member]: [ArrayTable, string, Node, Node?, Node?, Node?],
): string {
  const region = regionOf(node, table, name, member!);
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
  else emitFlat(node, [x, y, z], region.dims);
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
