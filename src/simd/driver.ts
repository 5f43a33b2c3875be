// The driver: the exported function run(start, end, seed) that computes the cells [start, end) of the output, in row-major order.
// gpu.js has two, one by single cells and one by fours; the worker threads use the latter only where rows are a multiple of 4 wide. Here
// one function serves as both: it takes four cells where four are left in the row and in the range, one elsewhere, and counts x, y and
// z along instead of dividing.
//
// Safety. By induction x, y, z are the coordinates of `cell`: they are computed by division at the start, and each step adds the
// same number to x and to cell, carrying at the end of a row (a step of four is taken only inside a row). Every cell of [start, end) is
// computed once and none other, whatever start and end are.

import type { Emitter, Globals, Kernel, ModuleBuilder } from './gpujs';

/** The constant that spreads seeds over cells, and the first step of the generator, as in gpu.js. */
const golden = 0x9e3779b9 | 0;
const multiplier = 747796405;
const increment = 2891336453 | 0;

export function emitThreadIds(run: Emitter, globals: Globals, cell: number, x: number, y: number, z: number): void {
  run.localGet(cell).globalSet(globals.dataIndex);
  run
    .localGet(x)
    .globalSet(globals.threadX)
    .localGet(y)
    .globalSet(globals.threadY)
    .localGet(z)
    .globalSet(globals.threadZ);
}

function emitSeedLanes(run: Emitter, globals: Globals, cell: number): void {
  const all = (value: number) => run.v128ConstI32x4(value, value, value, value);
  run.localGet(cell).i32x4Splat().v128ConstI32x4(0, 1, 2, 3).i32x4Add();
  all(golden).i32x4Mul();
  run.localGet(2).i32x4Splat().i32x4Add();
  all(multiplier).i32x4Mul();
  all(increment).i32x4Add();
  run.globalSet(globals.pcgStateV);
}

function emitSeed(run: Emitter, globals: Globals, cell: number): void {
  run.localGet(2).localGet(cell).i32Const(golden).i32Mul().i32Add();
  run.i32Const(multiplier).i32Mul().i32Const(increment).i32Add().globalSet(globals.pcgState);
}

/** Lets gpu.js's export `run` point to the function of the same signature that is named `run_simd`. */
export function exportAsRun(builder: ModuleBuilder): void {
  for (const entry of builder.exports) if (entry.exportName === 'run') entry.name = 'run_simd';
}

export function emitDriver(kernel: Kernel, builder: ModuleBuilder, globals: Globals): void {
  const [width, height] = kernel.threadDim;
  const run = builder.addFunction('run_simd', { params: ['i32', 'i32', 'i32'], locals: ['i32', 'i32', 'i32', 'i32'] });
  const [start, end, , cell, x, y, z] = [0, 1, 2, 3, 4, 5, 6];
  run.localGet(start).localTee(cell).i32Const(width).i32RemU().localSet(x);
  run.localGet(start).i32Const(width).i32DivU().localTee(y).i32Const(height).i32DivU().localSet(z);
  run.localGet(y).i32Const(height).i32RemU().localSet(y);
  run.block();
  run.localGet(cell).localGet(end).i32GeS().brIf(0);
  run.loop();
  emitThreadIds(run, globals, cell, x, y, z);
  run
    .localGet(x)
    .i32Const(width - 4)
    .i32LeS()
    .localGet(end)
    .localGet(cell)
    .i32Sub()
    .i32Const(4)
    .i32GeS()
    .i32And();
  run.if_();
  if (kernel.usesRandom) emitSeedLanes(run, globals, cell);
  run.call('kernel_simd');
  run.localGet(cell).i32Const(4).i32Add().localSet(cell).localGet(x).i32Const(4).i32Add().localSet(x);
  run.else_();
  if (kernel.usesRandom) emitSeed(run, globals, cell);
  run.call('kernel');
  run.localGet(cell).i32Const(1).i32Add().localSet(cell).localGet(x).i32Const(1).i32Add().localSet(x);
  run.end();
  run.localGet(x).i32Const(width).i32GeS().if_();
  run.i32Const(0).localSet(x).localGet(y).i32Const(1).i32Add().localTee(y).i32Const(height).i32GeS().if_();
  run.i32Const(0).localSet(y).localGet(z).i32Const(1).i32Add().localSet(z);
  run.end();
  run.end();
  run.localGet(cell).localGet(end).i32LtS().brIf(0);
  run.end();
  run.end();
}
