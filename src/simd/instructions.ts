// WebAssembly instructions that gpu.js's emitter has no method for.

import type { Emitter } from './gpujs';

function unsigned(value: number, bytes: number[]): void {
  let rest = value >>> 0;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
}

/** Loads one float32 into all four lanes; the address is on the stack. */
export function loadSplat(emitter: Emitter, offset: number): void {
  emitter.bytes.push(0xfd, 0x09, 2);
  unsigned(offset, emitter.bytes);
}

/** a · b + c in four lanes, of the operands a, b, c on the stack: rounded once where the processor has such an instruction, twice elsewhere. */
export function relaxedMultiplyAdd(emitter: Emitter): void {
  emitter.bytes.push(0xfd, 0x85, 0x02);
}
