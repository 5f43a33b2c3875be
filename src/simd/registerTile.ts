// Register tiles. A kernel whose constants hold TILE_X, TILE_Y, TILE_Z (1 where absent; TILE_X counts groups of four lanes) computes a
// tile of 4·TILE_X × TILE_Y × TILE_Z neighboring cells per call and returns their values as an array of TILE_X·TILE_Y·TILE_Z elements,
// element (k, i, j) for the cells (x + 4j + lane, y + i, z + k) counted from the tile's first cell, which this.thread names. The values
// go to the ordinary row-major cells, so that the result feeds other kernels. Each number that a call loads serves several cells. With
// TILE_DEEP 1, tiles that differ in z alone follow each other, for kernels whose inputs depend on x and y more than on z.
//
// Safety. Tiles start at multiples of their size, so each cell belongs to one tile. A call run(start, end) computes the tiles whose
// first cell lies in [start, end): callers cut [0, cells) into such ranges, hence every tile is computed once, by one thread, wherever
// the cuts fall; a tile may store outside the range of the thread that computes it, which no other thread does. At the edge of the
// output a tile stores only the cells that exist. Reads for cells that do not exist are bounded like all others: the analysis counts
// with thread indices up to the end of the last tile.

import { emitThreadIds } from './driver';
import type { FunctionNode, Globals, Kernel, ModuleBuilder, Node } from './gpujs';

/** Groups of four cells along x, cells along y, cells along z. */
export type Tile = readonly [number, number, number];

/** The tile that a kernel's constants ask for; null for an ordinary kernel. */
export function tileOf(constants: Record<string, unknown> | null): Tile | null {
  if (!constants || constants.TILE_X === undefined) return null;
  const tile = [constants.TILE_X, constants.TILE_Y ?? 1, constants.TILE_Z ?? 1].map(Number);
  if (!tile.every((size) => Number.isInteger(size) && size >= 1 && size <= 64)) {
    throw new Error(`register tile: expected TILE_X, TILE_Y, TILE_Z from 1 to 64, got ${tile}`);
  }
  return tile as unknown as Tile;
}

/** The largest thread index along each axis, counting the cells of tiles that reach over the edge. */
export function lastThread(output: readonly number[], tile: Tile | null): [number, number, number] {
  const sizes = [output[0], output[1] ?? 1, output[2] ?? 1];
  if (!tile) return [sizes[0] - 1, sizes[1] - 1, sizes[2] - 1];
  const first = (size: number, step: number) => (Math.ceil(size / step) - 1) * step;
  return [first(sizes[0], 4 * tile[0]) + 3, first(sizes[1], tile[1]), first(sizes[2], tile[2])];
}

function elements(ast: Node, tile: Tile): Node[] {
  const count = tile[0] * tile[1] * tile[2];
  const argument = ast.argument;
  const got = argument?.type === 'ArrayExpression' ? argument.elements.length : 0;
  if (count > 1 && got !== count)
    throw new Error(`register tile: expected a kernel that returns an array of ${count} values, got ${got}`);
  return count === 1 && got === 0 ? [argument] : argument.elements;
}

/** The return of the function for single cells, which gpu.js walks to find types: evaluates and drops the values. */
export function returnNothing(node: FunctionNode, ast: Node, tile: Tile): void {
  for (const element of elements(ast, tile)) {
    node.emitArrayElement(element);
    node.em.drop();
  }
  node.em.return_();
}

/** The return of a tile kernel's four-lane function: stores the values in their cells. */
export function returnTile(node: FunctionNode, ast: Node, tile: Tile): void {
  if (node.vMaskDepth > 0) throw new Error('register tile: expected one return outside all conditions');
  const em = node.em;
  const { globals, layout } = node.assembler!;
  const [width, height, depth] = [node.output[0], node.output[1] ?? 1, node.output[2] ?? 1];
  const [tileX, tileY, tileZ] = tile;
  const values = elements(ast, tile).map((element) => {
    node.vEmitArrayElement(element);
    const local = em.addLocal('v128');
    em.localSet(local);
    return local;
  });
  const address = em.addLocal('i32');
  em.globalGet(globals.dataIndex).i32Const(2).i32Shl().localSet(address);
  /** Runs `store` only where thread index + offset < size, unless that is so for all tiles. */
  const within = (global: number, offset: number, size: number, step: number, store: () => void) => {
    if (size % step === 0) return store();
    em.globalGet(global)
      .i32Const(size - offset)
      .i32LtS()
      .if_();
    store();
    em.end();
  };
  for (let k = 0; k < tileZ; k++) {
    within(globals.threadZ, k, depth, tileZ, () => {
      for (let i = 0; i < tileY; i++) {
        within(globals.threadY, i, height, tileY, () => {
          for (let j = 0; j < tileX; j++) {
            const value = values[(k * tileY + i) * tileX + j];
            const offset = layout.outputOffset + 4 * (4 * j + width * (i + height * k));
            if (width % (4 * tileX) === 0) {
              em.localGet(address).localGet(value).v128Store(offset, 2);
              continue;
            }
            em.globalGet(globals.threadX)
              .i32Const(width - 4 * j - 4)
              .i32LeS()
              .if_();
            em.localGet(address).localGet(value).v128Store(offset, 2);
            em.else_();
            for (let lane = 0; lane < 3; lane++) {
              em.globalGet(globals.threadX)
                .i32Const(width - 4 * j - lane)
                .i32LtS()
                .if_();
              em.localGet(address)
                .localGet(value)
                .f32x4ExtractLane(lane)
                .f32Store(offset + 4 * lane);
              em.end();
            }
            em.end();
          }
        });
      }
    });
  }
  node.vRetireOrReturn();
}

/**
 * run(start, end, seed) over tiles. Within a plane of constant z the tiles of one column (constant x) follow each other, since they
 * usually share what they read along x.
 */
export function emitTileDriver(kernel: Kernel, builder: ModuleBuilder, globals: Globals, tile: Tile): void {
  const [width, height, depth] = kernel.threadDim;
  const [stepX, stepY, stepZ] = [4 * tile[0], tile[1], tile[2]];
  const plane = width * height;
  const run = builder.addFunction('run_simd', { params: ['i32', 'i32', 'i32'], locals: Array(7).fill('i32') });
  const [start, end, , cell, x, y, z, firstY, endY] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const scratch = 9;
  const roundDown = (step: number) => run.i32Const(step).i32DivU().i32Const(step).i32Mul();
  /** Leaves the number of the tile's first cell on the stack. */
  const emitCell = () => {
    run.localGet(z).i32Const(height).i32Mul().localGet(y).i32Add();
    run.i32Const(width).i32Mul().localGet(x).i32Add();
  };
  if (kernel.constants?.TILE_DEEP === 1) {
    const firstZ = scratch;
    run.localGet(start).i32Const(plane).i32DivU();
    roundDown(stepZ).localSet(firstZ);
    run.loop();
    run.i32Const(0).localSet(x);
    run.loop();
    run.localGet(firstZ).localSet(z);
    run.block();
    run.loop();
    run.localGet(z).i32Const(depth).i32GeS().brIf(1);
    emitCell();
    run.localTee(cell).localGet(end).i32GeS().brIf(1);
    run.localGet(cell).localGet(start).i32GeS().if_();
    emitThreadIds(run, globals, cell, x, y, z);
    run.call('kernel_simd');
    run.end();
    run.localGet(z).i32Const(stepZ).i32Add().localSet(z).br(0);
    run.end();
    run.end();
    run.localGet(x).i32Const(stepX).i32Add().localTee(x).i32Const(width).i32LtS().brIf(0);
    run.end();
    run.localGet(y).i32Const(stepY).i32Add().localTee(y).i32Const(height).i32LtS().brIf(0);
    run.end();
    return;
  }
  /** Leaves the local's value held between 0 and `most` on the stack. */
  const clamp = (local: number, most: number) => {
    run.localGet(local).i32Const(0).localGet(local).i32Const(0).i32GeS().select().localSet(local);
    run.localGet(local).i32Const(most).localGet(local).i32Const(most).i32LeS().select();
  };
  run.localGet(start).i32Const(plane).i32DivU();
  roundDown(stepZ).localSet(z);
  run.block();
  run.loop();
  run.localGet(z).i32Const(depth).i32GeS().brIf(1);
  run.localGet(z).i32Const(plane).i32Mul().localGet(end).i32GeS().brIf(1);
  // Rows of this plane that hold cells of the range.
  run.localGet(start).localGet(z).i32Const(plane).i32Mul().i32Sub().localSet(scratch);
  clamp(scratch, plane);
  run.i32Const(width).i32DivU();
  roundDown(stepY).localSet(firstY);
  run.localGet(end).localGet(z).i32Const(plane).i32Mul().i32Sub().localSet(scratch);
  clamp(scratch, plane);
  run
    .i32Const(width - 1)
    .i32Add()
    .i32Const(width)
    .i32DivU()
    .localSet(endY);
  run.i32Const(0).localSet(x);
  run.loop();
  run.localGet(firstY).localSet(y);
  run.block();
  run.localGet(y).localGet(endY).i32GeS().brIf(0);
  run.loop();
  emitCell();
  run.localSet(cell);
  run.localGet(cell).localGet(start).i32GeS().localGet(cell).localGet(end).i32LtS().i32And().if_();
  emitThreadIds(run, globals, cell, x, y, z);
  run.call('kernel_simd');
  run.end();
  run.localGet(y).i32Const(stepY).i32Add().localTee(y).localGet(endY).i32LtS().brIf(0);
  run.end();
  run.end();
  run.localGet(x).i32Const(stepX).i32Add().localTee(x).i32Const(width).i32LtS().brIf(0);
  run.end();
  run.localGet(z).i32Const(stepZ).i32Add().localSet(z).br(0);
  run.end();
  run.end();
}
