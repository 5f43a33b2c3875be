// The part of gpu.js 2.24.1's WebAssembly back end that src/simd reads or overrides, as types. gpu.js publishes none for it.

/** A node of the kernel's syntax tree (ESTree, as acorn makes it). */
export interface Node {
  type: string;
  [property: string]: any;
}

/** Writes the body of one WebAssembly function, one method per instruction. */
export interface Emitter {
  bytes: number[];
  addLocal(type: 'i32' | 'f32' | 'v128'): number;
  // One method per opcode, each returning the emitter.
  [opcode: string]: any;
}

export interface ModuleBuilder {
  exports: { name: string; exportName: string }[];
  functionIndexByName: Record<string, number>;
  addFunction(name: string, signature?: { params?: string[]; results?: string[]; locals?: string[] }): Emitter;
  exportFunction(name: string, exportName?: string): ModuleBuilder;
}

/** Where an array lies in the module's memory: byte offset, sizes [x, y, z], number of elements. */
export interface ArrayRegion {
  offset: number;
  dims: number[];
  flatLength: number;
}

export type ArrayTable = 'arrays' | 'constantArrays';

export interface Layout {
  arrays: Record<string, ArrayRegion>;
  constantArrays: Record<string, ArrayRegion>;
  scalars: Record<string, { offset: number; type: string }>;
  outputOffset: number;
  totalBytes?: number;
}

/** Indices of the module's mutable globals. */
export interface Globals {
  threadX: number;
  threadY: number;
  threadZ: number;
  dataIndex: number;
  pcgState?: number;
  pcgStateV?: number;
}

export interface Assembler {
  module: ModuleBuilder;
  layout: Layout;
  globals: Globals;
  helperInfo?: unknown;
}

/** What gpu.js knows of a local variable; `scalar` has one WebAssembly local, shared by the four lanes. */
export interface Local {
  kind: 'scalar' | 'vec' | 'vscalar' | 'vvec';
  index: number;
  wtype: string;
  gtype: string;
}

/** gpu.js's analysis of what differs between the four lanes. */
export interface LaneAnalysis {
  varying: Set<string>;
  exprVarying(node: Node): boolean;
}

export interface FunctionNode {
  source: string | Node;
  isRootKernel: boolean;
  argumentNames: string[];
  argumentTypes: string[];
  constants: Record<string, unknown>;
  constantTypes: Record<string, string>;
  literalTypes: Record<string, string>;
  output: number[];
  returnType: string | null;
  loopMax: number;
  assembler: Assembler | null;
  em: Emitter;
  locals: Map<string, Local>;
  vec: boolean;
  vInfo: LaneAnalysis | null;
  vMaskDepth: number;
  vCur: number;
  getJsAST(): Node;
  vAnalyze(ast: Node): LaneAnalysis;
  getMemberExpressionDetails(
    node: Node,
  ): { signature: string; name: string; xProperty: Node; yProperty?: Node; zProperty?: Node } | null;
  getDeclaration(id: Node): { valueType: string | null } | null;
  isAstMathFunction(node: Node): boolean;
  astErrorOutput(message: string, node: Node): Error;
  getType(node: Node): string | null;
  expression(node: Node): string;
  vexpr(node: Node): string;
  coerce(from: string, to: string): string;
  vCoerce(from: string, to: string): string;
  pushState(state: string): void;
  popState(state: string): void;
  emitIndex(node: Node): void;
  emitClampScalarIndex(max: number): void;
  vEmitIndex(node: Node): void;
  setScalarLocal(name: string, wtype: string, gtype: string, emitInit: () => void): void;
  emitArrayElement(node: Node): void;
  vEmitArrayElement(node: Node): void;
  vRetireOrReturn(): void;
}

export interface Kernel {
  source: string;
  constants: Record<string, unknown> | null;
  output: number[];
  threadDim: number[];
  returnType: string;
  componentCount: number;
  usesRandom: boolean;
  usedMathImports: Set<string> | null;
  tracedFunctions: string[];
  functionBuilder: {
    functionMap: Record<string, FunctionNode & { usesRandom: boolean; usedMathImports: Set<string> }>;
  };
}

/** The exports of gpu.js's main module that are extended. */
export interface GpuJs {
  WebAssemblyFunctionNode: { prototype: any };
  WebAssemblyKernel: { prototype: any };
}
