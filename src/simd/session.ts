// What the overrides share: which kernel is being emitted, with what analysis, and what came of it.

import { Analysis } from './analysis';
import { Emission } from './emission';
import type { Assembler, FunctionNode, Kernel, Layout, Node } from './gpujs';
import { exactLimit } from './range';
import { lastThread, tileOf } from './registerTile';
import { hasRelaxedSimd } from './relaxed';
import { type KernelReport, kernelName, noLoads, Report } from './report';
import { giveUniqueNames } from './uniqueNames';
import { Violations } from './violations';

/**
 * `on`: everything that the engine takes; `baseline`: without relaxed SIMD; `checked`: everything, and reads outside an array are counted;
 * `off`: gpu.js as it is.
 */
export type Mode = 'on' | 'baseline' | 'checked' | 'off';

export interface Assembled {
  readonly bytes: Uint8Array;
  readonly initial: number;
  readonly maximum: number;
}

function sizes(arrays: Layout['arrays']): string {
  let text = '';
  for (const name in arrays) text += `${name}:${arrays[name].dims},${arrays[name].flatLength};`;
  return text;
}

export class Session {
  mode: Mode = 'off';
  allowsRelaxed = true;
  readonly report = new Report();
  readonly violations = new Violations();
  readonly #emissions = new WeakMap<FunctionNode, Emission>();
  readonly #treated = new WeakSet<Node>();
  readonly #valid = new WeakSet<Kernel>();
  /** A plan holds a module for each place where a kernel's arrays lie; the analysis depends on their sizes alone. */
  readonly #analyzes = new WeakMap<FunctionNode, Map<string, Analysis>>();
  #bypassed = false;
  #loads = noLoads();
  #violationSlot: number | null = null;
  #stock: string | null = null;
  /** An array that a kernel reads at places of which it is not known that they are computed exactly. */
  #inexactArray: string | null = null;

  /** Whether gpu.js's own code is to be emitted. */
  get isBypassed(): boolean {
    return this.#bypassed || this.mode === 'off';
  }

  /** Whether code that is emitted now adds a product by one instruction: the one place where that is decided. */
  get fusesMultiplyAdd(): boolean {
    return !this.isBypassed && this.mode !== 'baseline' && this.allowsRelaxed && hasRelaxedSimd();
  }

  /** Makes a tree ready for analysis, before gpu.js reads it. */
  prepare(ast: Node): void {
    if (this.mode !== 'off' && giveUniqueNames(ast)) this.#treated.add(ast);
  }

  emissionOf(node: FunctionNode): Emission | undefined {
    return this.#emissions.get(node);
  }

  /** Runs one of gpu.js's walks over a kernel with an analysis of it at hand. */
  during<T>(node: FunctionNode, assembler: Assembler, lanes: boolean, walk: () => T): T {
    const analysis = this.#analyze(node, assembler, lanes);
    if (analysis) {
      const settings = { violations: this.#violationSlot, fused: this.fusesMultiplyAdd };
      this.#emissions.set(node, new Emission(node, assembler, analysis, this.#loads, settings));
    }
    try {
      return walk();
    } finally {
      this.#emissions.delete(node);
    }
  }

  #analyze(node: FunctionNode, assembler: Assembler, lanes: boolean): Analysis | null {
    if (!node.isRootKernel || this.isBypassed) return null;
    const ast = node.getJsAST();
    if (!this.#treated.has(ast)) {
      this.#stock = 'functions or patterns inside the kernel';
      return null;
    }
    try {
      if (lanes) node.vInfo ??= node.vAnalyze(ast);
      const known = this.#analyzes.get(node) ?? new Map<string, Analysis>();
      this.#analyzes.set(node, known);
      const key = `${lanes} ${node.output} ${sizes(assembler.layout.arrays)} ${sizes(assembler.layout.constantArrays)}`;
      let analysis = known.get(key);
      if (!analysis) {
        analysis = new Analysis({
          node,
          layout: assembler.layout,
          lanes: lanes ? node.vInfo : null,
          lastThread: lastThread(node.output, tileOf(node.constants)),
        });
        known.set(key, analysis);
      }
      this.#inexactArray ??= analysis.inexactArray;
      return analysis;
    } catch (error) {
      this.#stock = `not understood: ${(error as Error).message.split('\n')[0]}`;
      return null;
    }
  }

  /** gpu.js's own code computes places in float32, and so does what is no sum or product of whole numbers. */
  #checkPlaces(kernel: string, { arrays, constantArrays }: Layout): void {
    for (const [name, { flatLength }] of Object.entries({ ...arrays, ...constantArrays })) {
      if (flatLength > exactLimit && (this.#stock !== null || this.#inexactArray === name)) {
        throw new Error(
          `${kernel}: expected at most 2^24 numbers in ${name}, got ${flatLength}: beyond that its index must be made of thread numbers, ` +
            `constants, counters and Math.floor by +, − and ·${this.#stock === null ? '' : ` (${this.#stock})`}`,
        );
      }
    }
  }

  /** Assembles a kernel's module and notes what became of it; falls back to gpu.js's own code where it is not valid. */
  assemble(kernel: Kernel, layout: Layout, cells: number, run: () => Assembled): Assembled {
    if (this.isBypassed) return run();
    const name = kernelName(kernel.source);
    const isTile = tileOf(kernel.constants) !== null;
    this.#loads = noLoads();
    this.#stock = null;
    this.#inexactArray = null;
    const bytes = layout.totalBytes || layout.outputOffset + cells * kernel.componentCount * 4;
    this.#violationSlot = this.mode === 'checked' ? this.violations.slot(name, bytes) : null;
    let assembled: Assembled | null = null;
    try {
      assembled = run();
      // Modules of one kernel differ in addresses alone.
      if (!this.#valid.has(kernel)) {
        if (!WebAssembly.validate(assembled.bytes as Uint8Array<ArrayBuffer>))
          throw new Error('the module is not valid');
        this.#valid.add(kernel);
      }
    } catch (error) {
      if (isTile) throw error;
      this.#stock = (error as Error).message.split('\n')[0];
      this.#bypassed = true;
      try {
        assembled = run();
      } finally {
        this.#bypassed = false;
      }
    }
    this.#checkPlaces(name, layout);
    const { output } = kernel;
    this.report.add({
      kernel: name,
      output: [...output],
      loads: this.#loads,
      stock: this.#stock,
    } satisfies KernelReport);
    return assembled;
  }
}
