// Math.exp, Math.log and Math.tanh in four lanes. gpu.js leaves WebAssembly once a lane for them.
//
// Safety. Each is a function of the module, from four float32 to four, within 1.5e-7 of the exact value (relative, test/simd/laneMath.test.ts)
// and with JavaScript's results for zeros, infinities, NaN and numbers too large or too small. The function for single cells calls it with
// four equal lanes, so a cell has the same bits whoever computes it, and the same in every engine without relaxed SIMD.

import type { Emission } from './emission';
import type { Emitter, FunctionNode } from './gpujs';
import { relaxedMultiplyAdd } from './instructions';

/** Writes the body of a function of one argument (local 0); the result is left on the stack. */
class LaneWriter {
  readonly emitter: Emitter;
  readonly #fused: boolean;

  constructor(emitter: Emitter, fused: boolean) {
    this.emitter = emitter;
    this.#fused = fused;
  }

  /** A local for the four lanes on the stack. */
  keep(): number {
    const local = this.emitter.addLocal('v128');
    this.emitter.localSet(local);
    return local;
  }

  all(value: number): this {
    this.emitter.v128ConstF32x4(value, value, value, value);
    return this;
  }

  allBits(value: number): this {
    this.emitter.v128ConstI32x4(value, value, value, value);
    return this;
  }

  /** a · b + c of a and b on the stack. */
  multiplyAdd(c: () => void): this {
    if (!this.#fused) this.emitter.f32x4Mul();
    c();
    if (this.#fused) relaxedMultiplyAdd(this.emitter);
    else this.emitter.f32x4Add();
    return this;
  }

  /** c₀ + c₁ x + c₂ x² + … */
  polynomial(x: number, coefficients: readonly number[]): this {
    const [highest, ...rest] = [...coefficients].reverse();
    this.all(highest);
    for (const coefficient of rest) {
      this.emitter.localGet(x);
      this.multiplyAdd(() => this.all(coefficient));
    }
    return this;
  }
}

/** x = n ln 2 + r with |r| ≤ ln 2 / 2; eˣ = 2ⁿ (1 + r + r² p(r)), the 1 added last. */
function exp(writer: LaneWriter): void {
  const { emitter } = writer;
  // Beyond these limits the result is 0 or infinite.
  emitter.localGet(0);
  writer.all(-104);
  emitter.f32x4Max();
  writer.all(89);
  emitter.f32x4Min().localSet(0);
  emitter.localGet(0);
  writer.all(Math.LOG2E);
  emitter.f32x4Mul().f32x4Nearest();
  const n = writer.keep();
  // ln 2 in two parts, the first of so few bits that n times it is exact.
  emitter.localGet(n);
  writer.all(-0.693359375).multiplyAdd(() => emitter.localGet(0));
  const first = writer.keep();
  emitter.localGet(n);
  writer.all(2.121944400546906e-4).multiplyAdd(() => emitter.localGet(first));
  const r = writer.keep();
  writer.polynomial(
    r,
    [0.500000006878, 0.166666658555, 0.0416662908786, 0.0083334989315, 0.00139449658334, 0.000197900399108],
  );
  emitter.localGet(r).localGet(r).f32x4Mul();
  writer.multiplyAdd(() => emitter.localGet(r)).all(1);
  emitter.f32x4Add();
  // 2ⁿ in two steps, since it may be too large or too small for a float32 where the result is not.
  emitter.localGet(n).i32x4TruncSatF32x4S();
  const whole = writer.keep();
  emitter.localGet(whole).i32Const(1).i32x4ShrS();
  const half = writer.keep();
  const powerOfTwo = () => {
    writer.allBits(127);
    emitter.i32x4Add().i32Const(23).i32x4Shl().f32x4Mul();
  };
  emitter.localGet(half);
  powerOfTwo();
  emitter.localGet(whole).localGet(half).i32x4Sub();
  powerOfTwo();
}

/** x = 2ᵏ (1 + f) with √½ ≤ 1 + f < √2; with s = f / (2 + f), ln(1 + f) = f − f²/2 + s (f²/2 + R(s²)). */
function log(writer: LaneWriter): void {
  const { emitter } = writer;
  const smallestNormal = 2 ** -126;
  const rootHalf = 0x3f3504f3;
  const oneBits = 0x3f800000;
  // Subnormal numbers are made normal first.
  emitter.localGet(0);
  writer.all(smallestNormal);
  emitter.f32x4Lt();
  const subnormal = writer.keep();
  emitter.localGet(0);
  writer.all(2 ** 23);
  emitter.f32x4Mul().localGet(0).localGet(subnormal).v128Bitselect();
  writer.allBits(oneBits - rootHalf);
  emitter.i32x4Add();
  const bits = writer.keep();
  emitter.localGet(bits).i32Const(23).i32x4ShrS();
  writer.allBits(-127);
  emitter.i32x4Add().localGet(subnormal);
  writer.allBits(-23);
  emitter.v128And().i32x4Add().f32x4ConvertI32x4S();
  const k = writer.keep();
  emitter.localGet(bits);
  writer.allBits(0x7fffff);
  emitter.v128And();
  writer.allBits(rootHalf);
  emitter.i32x4Add();
  writer.all(1);
  emitter.f32x4Sub();
  const f = writer.keep();
  emitter.localGet(f).localGet(f);
  writer.all(2);
  emitter.f32x4Add().f32x4Div();
  const s = writer.keep();
  emitter.localGet(s).localGet(s).f32x4Mul();
  const z = writer.keep();
  emitter.localGet(f).localGet(f).f32x4Mul();
  writer.all(0.5);
  emitter.f32x4Mul();
  const halfSquare = writer.keep();
  writer.polynomial(z, [0.666666656034, 0.400003455351, 0.28536604851, 0.235963009693]);
  emitter.localGet(z);
  writer.multiplyAdd(() => emitter.localGet(halfSquare));
  // k ln 2 in two parts, the first of so few bits that k times it is exact; the small part is added to what is small.
  emitter.localGet(s).f32x4Mul().localGet(k);
  writer.all(9.0580006145e-6);
  emitter.f32x4Mul().f32x4Add().localGet(halfSquare).f32x4Sub().localGet(f).f32x4Add();
  emitter.localGet(k);
  writer.all(0.69313812256);
  emitter.f32x4Mul().f32x4Add();
  // √x − ∞ is −∞ at 0 and NaN below; infinity and NaN are their own logarithms.
  emitter.localGet(0).f32x4Sqrt();
  writer.all(Number.POSITIVE_INFINITY);
  emitter.f32x4Sub().localGet(0).localGet(0);
  writer.all(0);
  emitter.f32x4Le().v128Bitselect();
  emitter.localGet(0);
  writer.all(0);
  emitter.f32x4Gt().localGet(0);
  writer.all(Number.POSITIVE_INFINITY);
  emitter.f32x4Lt().v128And().v128Bitselect();
}

/** x + x³ p(x²) where |x| is small, 1 − 2 / (e^(2|x|) + 1) with the sign of x elsewhere. */
function tanh(writer: LaneWriter): void {
  const { emitter } = writer;
  emitter.localGet(0).f32x4Abs();
  const size = writer.keep();
  emitter.localGet(size).localGet(size).f32x4Mul();
  const square = writer.keep();
  writer.polynomial(square, [-0.333332839265, 0.133314913127, -0.0537434998676, 0.0206505923516, -0.00571705008397]);
  emitter.localGet(square).localGet(size).f32x4Mul();
  writer.multiplyAdd(() => emitter.localGet(size)).all(1);
  writer.all(2);
  emitter.localGet(size).localGet(size).f32x4Add().call(nameOf('exp'));
  writer.all(1);
  emitter.f32x4Add().f32x4Div().f32x4Sub();
  emitter.localGet(size);
  writer.all(0.625);
  emitter.f32x4Lt().v128Bitselect().localGet(0);
  writer.allBits(1 << 31);
  emitter.v128And().v128Or();
}

/** Functions in the order in which they may call each other. */
const functions: Readonly<Record<string, { write: (writer: LaneWriter) => void; calls: readonly string[] }>> = {
  exp: { write: exp, calls: [] },
  log: { write: log, calls: [] },
  tanh: { write: tanh, calls: ['exp'] },
};

const nameOf = (name: string) => `lanes_${name}`;

/** Whether a function of Math is computed in lanes. */
export const hasLanes = (name: string): boolean => Object.hasOwn(functions, name);

/** Calls a function of Math on the four lanes on the stack; the module gets its code at the first call. */
export function callInLanes(emission: Emission, node: FunctionNode, name: string): void {
  define(emission, node, name);
  node.em.call(nameOf(name));
}

function define(emission: Emission, node: FunctionNode, name: string): void {
  const { module } = node.assembler!;
  if (nameOf(name) in module.functionIndexByName) return;
  const { write, calls } = functions[name];
  for (const called of calls) define(emission, node, called);
  write(new LaneWriter(module.addFunction(nameOf(name), { params: ['v128'], results: ['v128'] }), emission.fused));
}
