// The seam with gpu.js: every method that is overridden, and why. Each override answers for what its piece takes and calls gpu.js's own
// method for everything else. An `Emission` exists only while gpu.js walks a kernel that the analysis understood; without one, the
// overrides of code generation are gpu.js's own methods, except for register tiles.

import { compareIntegers, declareCounter, stepCounter } from './counters';
import { emitDriver, exportAsRun } from './driver';
import type { Emission } from './emission';
import type { Assembler, FunctionNode, Globals, GpuJs, Kernel, Layout, ModuleBuilder, Node } from './gpujs';
import { callInLanes, hasLanes } from './laneMath';
import { emitLaneRead, emitSharedRead } from './loads';
import { addProduct, addProductInLanes } from './multiplyAdd';
import { emitTileDriver, returnNothing, returnTile, tileOf } from './registerTile';
import type { Assembled, Session } from './session';
import { keepSplat, readIdentifier, splatLast } from './splats';
import { callWhole, callWholeLanes, compareLanes, keepWholeLanes } from './wholeNumbers';

type Method = (this: any, ...args: any[]) => any;

interface Override {
  readonly on: keyof GpuJs;
  readonly method: string;
  /** Whether it is a method of the class itself. */
  readonly isStatic?: true;
  readonly why: string;
  readonly make: (stock: Method, session: Session) => Method;
}

/** An override that applies while a kernel is being emitted, and is gpu.js's own method at all other times. */
function whileEmitting(
  handle: (emission: Emission, node: FunctionNode, stock: (...args: any[]) => any, args: any[]) => any,
) {
  return (stock: Method, session: Session): Method =>
    function (this: FunctionNode, ...args: any[]) {
      const emission = session.emissionOf(this);
      const callStock = (...stockArgs: any[]) => stock.apply(this, stockArgs);
      return emission ? handle(emission, this, callStock, args) : callStock(...args);
    };
}

const loop = whileEmitting((emission, _node, stock, [ast]) => {
  emission.beforeLoop(ast);
  return stock(ast);
});

const emit =
  (lanes: boolean) =>
  (stock: Method, session: Session): Method =>
    function (this: FunctionNode, assembler: Assembler) {
      return session.during(this, assembler, lanes, () => stock.call(this, assembler));
    };

interface MathCall {
  /** Computes a function in lanes. */
  readonly emit: (emission: Emission, node: FunctionNode, name: string, argument: Node) => string;
  /** Computes whole numbers as integers; false where the analysis does not ask for it. */
  readonly whole: (emission: Emission, node: FunctionNode, call: Node) => boolean;
  /** What `whole` leaves on the stack. */
  readonly type: string;
}

/**
 * A call of a Math function. gpu.js hands the cast of an index on to its arguments, so that 4 + 0.5 inside Math.floor becomes 4 + 1; here they
 * are evaluated as they are written.
 */
const mathCall =
  ({ emit, whole, type: wholeType }: MathCall) =>
  (stock: Method, session: Session): Method =>
    function (this: FunctionNode, name: string, ast: Node) {
      if (session.mode === 'off') return stock.call(this, name, ast);
      const emission = session.emissionOf(this);
      if (emission && whole(emission, this, ast)) return wholeType;
      this.pushState('value');
      const type =
        emission && hasLanes(name) ? emit(emission, this, name, ast.arguments[0]) : stock.call(this, name, ast);
      this.popState('value');
      return type;
    };

/** The object that holds a method to be overridden. */
export const holderOf = (gpujs: GpuJs, { on, isStatic }: Override): any =>
  isStatic ? gpujs[on] : gpujs[on]?.prototype;

export const overrides: readonly Override[] = [
  {
    on: 'WebAssemblyFunctionNode',
    method: 'traceFunctionAST',
    why: 'gives every variable a name of its own, before gpu.js looks at the tree',
    make: (stock, session) =>
      function (this: FunctionNode, ast: Node) {
        session.prepare(ast);
        return stock.call(this, ast);
      },
  },
  {
    on: 'WebAssemblyFunctionNode',
    method: 'emitFunction',
    why: 'analyzes the kernel before the code for single cells is emitted, and leaves that code out of a tile, which never calls it',
    make: (stock, session) => {
      const analyzed = emit(false)(stock, session);
      return function (this: FunctionNode, assembler: Assembler) {
        if (!this.isRootKernel || !tileOf(this.constants)) return analyzed.call(this, assembler);
        this.assembler = assembler;
        return assembler.module.addFunction('kernel', { params: [], results: [] });
      };
    },
  },
  {
    on: 'WebAssemblyFunctionNode',
    method: 'emitVectorFunction',
    why: 'analyzes the kernel before the code for four lanes is emitted',
    make: emit(true),
  },
  {
    on: 'WebAssemblyFunctionNode',
    method: 'vGather',
    why: 'loads cells at linear addresses without a gather, and computes all other indices as integers',
    make: whileEmitting((emission, node, _stock, args) => emitLaneRead(emission, node, args as any)),
  },
  {
    on: 'WebAssemblyFunctionNode',
    method: 'emitFlatLoad',
    why: 'computes the address of a shared cell in i32, and never traps',
    make: whileEmitting((emission, node, _stock, args) => emitSharedRead(emission, node, args as any)),
  },
  {
    on: 'WebAssemblyFunctionNode',
    method: 'stmtVariableDeclaration',
    why: 'declares counters as i32, keeps whole-numbered constants as i32 and loaded ones in four lanes',
    make: whileEmitting((emission, node, stock, [ast]) => {
      for (const declaration of ast.declarations) {
        if (declareCounter(emission, node, declaration)) continue;
        const before = emission.emitter.bytes.length;
        stock({ ...ast, declarations: [declaration] });
        if (node.vec) keepSplat(emission, node, declaration, before);
        emission.afterDeclaration(declaration.id.name);
      }
    }),
  },
  {
    on: 'WebAssemblyFunctionNode',
    method: 'vDeclareVarying',
    why: 'keeps whole-numbered constants as i32, too',
    make: whileEmitting((emission, node, stock, [declaration, ast]) => {
      stock(declaration, ast);
      emission.afterDeclaration(declaration.id.name);
      keepWholeLanes(emission, node, declaration);
    }),
  },
  {
    on: 'WebAssemblyFunctionNode',
    method: 'emitAssignment',
    why: 'steps counters in i32',
    make: whileEmitting((emission, node, stock, [ast]) => (stepCounter(emission, node, ast) ? undefined : stock(ast))),
  },
  {
    on: 'WebAssemblyFunctionNode',
    method: 'exprBinary',
    why: 'compares whole numbers in i32, and adds a product to a running sum by one instruction',
    make: whileEmitting((emission, node, stock, [ast]) => {
      if (compareIntegers(emission, node, ast)) return 'bool';
      return addProduct(emission, node, ast) ? 'f32' : stock(ast);
    }),
  },
  {
    on: 'WebAssemblyFunctionNode',
    method: 'vexprBinary',
    why: 'the same where lanes differ, comparing in i32 what float32 may round',
    make: whileEmitting((emission, node, stock, [ast]) => {
      if (compareLanes(emission, node, ast)) return 'vbool';
      return addProductInLanes(emission, node, ast) ? 'vf32' : stock(ast);
    }),
  },
  {
    on: 'WebAssemblyFunctionNode',
    method: 'forLoopIsSafe',
    why: 'leaves out the iteration limit where the loop surely ends within it',
    make: whileEmitting((emission, _node, stock, [ast]) => stock(ast) || emission.analysis.boundedLoops.has(ast)),
  },
  {
    on: 'WebAssemblyFunctionNode',
    method: 'emitMathCall',
    why: 'evaluates the arguments of Math functions as they are written, in an index, too; computes some without leaving WebAssembly, and in i32 what float32 may round',
    make: mathCall({
      emit(emission, node, name, argument) {
        node.emitArrayElement(argument);
        node.em.f32x4Splat();
        callInLanes(emission, node, name);
        node.em.f32x4ExtractLane(0);
        return 'f32';
      },
      whole: callWhole,
      type: 'i32',
    }),
  },
  {
    on: 'WebAssemblyFunctionNode',
    method: 'vMathCall',
    why: 'the same in four lanes',
    make: mathCall({
      emit(emission, node, name, argument) {
        node.vEmitArrayElement(argument);
        callInLanes(emission, node, name);
        return 'vf32';
      },
      whole: callWholeLanes,
      type: 'vi32',
    }),
  },
  ...['stmtFor', 'stmtWhile', 'stmtDoWhile', 'vstmtFor', 'vstmtWhile', 'vstmtDoWhile'].map(
    (method): Override => ({
      on: 'WebAssemblyFunctionNode',
      method,
      why: 'computes the parts of addresses that stay the same before the loop',
      make: loop,
    }),
  ),
  {
    on: 'WebAssemblyFunctionNode',
    method: 'vCoerce',
    why: 'loads a number into all lanes instead of loading and copying it',
    make: whileEmitting((emission, _node, stock, [from, to]) =>
      from === 'f32' && to === 'vf32' && splatLast(emission) ? to : stock(from, to),
    ),
  },
  {
    on: 'WebAssemblyFunctionNode',
    method: 'exprIdentifier',
    why: 'finds the copy of a loaded constant in four lanes',
    make: whileEmitting((emission, _node, stock, [ast]) => readIdentifier(emission, ast.name, () => stock(ast))),
  },
  {
    on: 'WebAssemblyFunctionNode',
    method: 'stmtRootReturn',
    why: 'accepts the array that a register tile returns',
    make: (stock) =>
      function (this: FunctionNode, ast: Node, type: string) {
        const tile = tileOf(this.constants);
        return tile ? returnNothing(this, ast, tile) : stock.call(this, ast, type);
      },
  },
  {
    on: 'WebAssemblyFunctionNode',
    method: 'vstmtReturn',
    why: 'stores a register tile in its cells',
    make: (stock) =>
      function (this: FunctionNode, ast: Node) {
        const tile = tileOf(this.constants);
        return tile ? returnTile(this, ast, tile) : stock.call(this, ast);
      },
  },
  {
    on: 'WebAssemblyKernel',
    method: 'translateSource',
    why: 'lets a kernel return a register tile of any size, stored as single cells',
    make: (stock) =>
      function (this: Kernel) {
        const accepted = stock.call(this);
        if (!tileOf(this.constants) || !/^Array\(\d+\)$/.test(this.returnType)) return accepted;
        this.componentCount = 1;
        this.usesRandom = false;
        this.usedMathImports = new Set();
        for (const name of this.tracedFunctions) {
          const node = this.functionBuilder.functionMap[name];
          if (node?.usesRandom) throw new Error('register tile: expected a kernel without Math.random');
          for (const used of node?.usedMathImports ?? []) this.usedMathImports.add(used);
        }
        return true;
      },
  },
  {
    on: 'WebAssemblyKernel',
    method: '_emitRunSimd',
    why: 'drives the kernel over any range of cells, by tiles, fours and ones',
    make: (stock, session) =>
      function (this: Kernel, builder: ModuleBuilder, globals: Globals) {
        const tile = tileOf(this.constants);
        if (tile) emitTileDriver(this, builder, globals, tile);
        else if (session.isBypassed) return stock.call(this, builder, globals);
        else emitDriver(this, builder, globals);
        exportAsRun(builder);
      },
  },
  {
    on: 'WebAssemblyKernel',
    method: 'dispatchSpans',
    isStatic: true,
    why: 'calls a driver that takes any range once, not once or twice for each row',
    make: (stock) =>
      function (
        this: unknown,
        run: (...range: number[]) => void,
        runSimd: unknown,
        cells: number,
        width: number,
        seed: number,
      ) {
        // Two exports of one function are one object.
        if (run !== runSimd || cells === 0) return stock.call(this, run, runSimd, cells, width, seed);
        run(0, cells, seed);
        return 'simd';
      },
  },
  {
    on: 'WebAssemblyKernel',
    method: '_assembleModule',
    why: 'validates the module, and assembles it by gpu.js alone where it should not be valid',
    make: (stock, session) =>
      function (this: Kernel, layout: Layout, cells: number, shared: boolean): Assembled {
        return session.assemble(this, layout, cells, () => stock.call(this, layout, cells, shared));
      },
  },
];
