// Splats. A number that all lanes share is loaded straight into the four lanes (`v128.load32_splat`) where gpu.js loads it and then
// copies it; a constant that is such a number is kept that way, so that its uses need not copy it again.
//
// Safety. The rewriting touches only the instruction that was emitted last: the emitter's length shows that nothing, not even the end
// of a block, stands between the load (or the local's read) and the copy. A constant has one value from its declaration on.

import type { Emission } from './emission';
import type { FunctionNode, Node } from './gpujs';
import { loadSplat } from './instructions';

/** Turns the number on the stack into four lanes, if the instruction that put it there allows; false elsewhere. */
export function splatLast(emission: Emission): boolean {
  const { emitter, lastLoad, lastSplat } = emission;
  const end = emitter.bytes.length;
  if (lastLoad?.end === end) {
    emitter.bytes.length = lastLoad.start;
    loadSplat(emitter, lastLoad.offset);
    emission.lastLoad = null;
    return true;
  }
  if (lastSplat?.end === end) {
    emitter.bytes.length = lastSplat.start;
    emitter.localGet(lastSplat.local);
    emission.lastSplat = null;
    return true;
  }
  return false;
}

/** After `const u = a[…]`, where all lanes share u: keeps a copy in four lanes. */
export function keepSplat(emission: Emission, node: FunctionNode, { id, init }: Node, bytesBefore: number): void {
  const { emitter, lastLoad, analysis } = emission;
  const local = node.locals.get(id.name);
  if (
    local?.kind !== 'scalar' ||
    local.wtype !== 'f32' ||
    init.type !== 'MemberExpression' ||
    !analysis.neverAssigned(id.name)
  )
    return;
  if (!lastLoad || lastLoad.start < bytesBefore) return;
  // The declaration ends with the load and `local.set`, an opcode and the local's number.
  const setter = local.index < 0x80 ? 2 : local.index < 0x4000 ? 3 : 0;
  if (lastLoad.end + setter !== emitter.bytes.length) return;
  const lanes = emission.splats.get(id.name) ?? emitter.addLocal('v128');
  emission.splats.set(id.name, lanes);
  emitter.bytes.length = lastLoad.start;
  loadSplat(emitter, lastLoad.offset);
  emitter.localTee(lanes).f32x4ExtractLane(0).localSet(local.index);
  emission.lastLoad = null;
}

/** Reads an identifier by gpu.js's code and remembers it if it has a copy in four lanes. */
export function readIdentifier(emission: Emission, name: string, stock: () => string): string {
  const lanes = emission.splats.get(name);
  const start = emission.emitter.bytes.length;
  const type = stock();
  if (lanes !== undefined) emission.lastSplat = { start, end: emission.emitter.bytes.length, local: lanes };
  return type;
}
