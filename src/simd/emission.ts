// One walk of gpu.js over a kernel's tree, with the analysis at hand: emits the integers that the analysis placed.

import type { Analysis } from './analysis';
import type { ArrayRegion, Assembler, Emitter, FunctionNode, Node } from './gpujs';
import type { LinearForm, Term } from './linearForm';
import type { Hoisted, PartialSum, Placed } from './placement';
import type { LoadCounts } from './report';

/** Where checked mode counts reads outside an array: a byte address in the module's memory; null in ordinary operation. */
export type ViolationSlot = number | null;

/** A load of one number that has just been emitted, so that it can become a load into all lanes. */
interface LastLoad {
  readonly start: number;
  readonly end: number;
  readonly offset: number;
}

export class Emission {
  readonly analysis: Analysis;
  readonly counts: LoadCounts;
  readonly violations: ViolationSlot;
  /** Whether a product and a sum are one instruction. */
  readonly fused: boolean;
  /** Locals that hold a constant in all four lanes, by the constant's name. */
  readonly splats = new Map<string, number>();
  /** Locals that hold the integers of a constant that differs from lane to lane, by the constant's name. */
  readonly wholeLanes = new Map<string, number>();
  lastLoad: LastLoad | null = null;
  /** The last read of a constant that also has a local in `splats`. */
  lastSplat: { readonly start: number; readonly end: number; readonly local: number } | null = null;
  readonly #node: FunctionNode;
  readonly #assembler: Assembler;
  readonly #hoisted = new Map<Hoisted, number>();
  readonly #integers = new Map<string, number>();

  constructor(
    node: FunctionNode,
    assembler: Assembler,
    analysis: Analysis,
    counts: LoadCounts,
    { violations, fused }: { violations: ViolationSlot; fused: boolean },
  ) {
    this.#node = node;
    this.#assembler = assembler;
    this.analysis = analysis;
    this.counts = counts;
    this.violations = violations;
    this.fused = fused;
  }

  get emitter(): Emitter {
    return this.#node.em;
  }

  /** Leaves an i32 on the stack. */
  placed({ base, sum }: Placed): void {
    if (base) this.emitter.localGet(this.#hoisted.get(base));
    this.#partial(sum, base !== null);
  }

  /** Sets the locals of everything that was moved ahead of a loop. */
  beforeLoop(loop: Node): void {
    for (const hoisted of this.analysis.placement.before.get(loop) ?? []) {
      this.placed(hoisted);
      const local = this.emitter.addLocal('i32');
      this.emitter.localSet(local);
      this.#hoisted.set(hoisted, local);
      if (hoisted.sum.scale === 4) this.#pin(local);
    }
  }

  /**
   * Keeps a byte address where it is computed. The compiler of Node 20 moves what a single loop needs into it, divisions included, so that
   * every round computes it again; but not what a test ahead of the loop needs, too. Addresses are multiples of 4.
   */
  #pin(local: number): void {
    this.emitter.localGet(local).i32Const(1).i32Eq().if_().unreachable().end();
  }

  /** Sets the integer local of a constant that has just been declared, if the analysis gave it one. */
  afterDeclaration(name: string): void {
    const form = this.analysis.integers.get(name);
    if (!form) return;
    const local = this.emitter.addLocal('i32');
    this.form(form);
    this.emitter.localSet(local);
    this.#integers.set(name, local);
  }

  form({ constant, terms }: LinearForm): void {
    this.#partial({ scale: 1, constant, terms }, false);
  }

  #partial({ scale, constant, terms }: PartialSum, isSum: boolean): void {
    const { emitter } = this;
    let operands = isSum ? 1 : 0;
    for (const { atom, coefficient } of terms) {
      this.#atom({ atom, coefficient });
      const factor = coefficient * scale;
      const shift = Math.log2(factor);
      if (Number.isInteger(shift) && shift < 32) {
        if (shift > 0) emitter.i32Const(shift).i32Shl();
      } else emitter.i32Const(factor | 0).i32Mul();
      if (operands++ > 0) emitter.i32Add();
    }
    if (constant !== 0 || operands === 0) {
      emitter.i32Const((constant * scale) | 0);
      if (operands > 0) emitter.i32Add();
    }
  }

  #atom({ atom }: Term): void {
    const { emitter } = this;
    const { source } = atom;
    switch (source.kind) {
      case 'thread': {
        const { threadX, threadY, threadZ } = this.#assembler.globals;
        emitter.globalGet({ x: threadX, y: threadY, z: threadZ }[source.axis]);
        return;
      }
      case 'local':
        emitter.localGet(this.#integers.get(source.name) ?? this.#node.locals.get(source.name)!.index);
        return;
      case 'product':
        this.form(source.left);
        this.form(source.right);
        emitter.i32Mul();
        return;
      case 'expression':
        this.scalar(() => this.#node.expression(source.node), 'i32');
    }
  }

  /** Runs gpu.js's own code for a value that all lanes share. */
  scalar(emit: () => string, type: 'i32' | 'f32'): void {
    this.asWritten(() => this.#node.coerce(emit(), type));
  }

  /**
   * Runs gpu.js's own code for a value, whatever it is in the middle of. gpu.js remembers the type that a literal had where it first stood
   * (0.5 inside an index becomes the integer 1); here literals have the type they are written with, and what gpu.js remembers stays as it was.
   */
  asWritten(emit: () => void): void {
    const node = this.#node;
    const { literalTypes } = node;
    node.literalTypes = {};
    node.pushState('value');
    try {
      emit();
    } finally {
      node.popState('value');
      node.literalTypes = literalTypes;
    }
  }

  /** Loads one number; the address is on the stack. */
  load(offset: number): void {
    const { bytes } = this.emitter;
    const start = bytes.length;
    this.emitter.f32Load(offset);
    this.lastLoad = { start, end: bytes.length, offset };
  }

  /** In checked mode, counts one violation where the i32 on the stack is not 0; elsewhere there is nothing on the stack. */
  countIf(violated: () => void): void {
    if (this.violations === null) return;
    const { emitter } = this;
    violated();
    emitter.if_();
    emitter.i32Const(this.violations).i32Const(this.violations).i32Load(0).i32Const(1).i32Add().i32Store(0);
    emitter.end();
  }
}

/** The largest index of the first of four lanes for which the last one is inside, too; negative where the array is too short. */
export const lastFirstIndex = ({ flatLength }: ArrayRegion, lane: number): number =>
  flatLength - 1 - 3 * Math.abs(lane);
