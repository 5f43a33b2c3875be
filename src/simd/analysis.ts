// The analysis of one function of a kernel, made before its code is: which loop counters can be 32-bit integers, which constants are
// whole numbers, which array reads have addresses that are linear in the lane, and which of those surely stay inside their arrays.
//
// Safety. The walk follows the tree in the order of execution and carries an environment of ranges, narrowed by guards (guards.ts).
// A read is `proven` where the range of its index, over all threads and lanes, lies inside the array; all others are checked when
// they run. What the analysis does not understand it leaves out, and gpu.js's own code is emitted for it.

import { type Environment, Facts, quotientLimit } from './facts';
import type { ArrayTable, FunctionNode, LaneAnalysis, Layout, Node } from './gpujs';
import { Guards } from './guards';
import { type Atom, addScaled, atomForm, constantForm, type LinearForm, lowOfTerms } from './linearForm';
import { type Placed, Placement } from './placement';
import type { Range } from './range';
import * as ranges from './range';
import { children, mathFunction, walk } from './syntax';

/** A read whose index is linear in the lane. */
export interface ArrayRead {
  /** Elements from the index of one lane to the next. */
  readonly lane: number;
  /** Whether the index surely lies inside the array. */
  readonly proven: boolean;
  /** The smallest of the lanes' indices: in bytes, without `offset`, where proven; in elements elsewhere. */
  readonly index: Placed;
  /** Bytes to add as part of the load instruction, beside those at which the array begins. */
  readonly offset: number;
}

export interface Comparison {
  readonly left: Placed;
  readonly right: Placed;
}

export interface AnalysisInput {
  readonly node: FunctionNode;
  readonly layout: Layout;
  /** Null for the function that computes one cell. */
  readonly lanes: LaneAnalysis | null;
  /** Largest thread index along each axis, over all lanes. */
  readonly lastThread: readonly [number, number, number];
}

/** Whether float32 may round whole numbers of these ranges that 32-bit integers hold. */
const mayRound = (found: readonly Range[]): boolean => found.every(ranges.fitsInteger) && !found.every(ranges.isExact);

/** A counter that is not known to stay below this is not known to stay anywhere; compared with others, it is still an integer. */
const counterLimit = 2 ** 29;

const comparisons = new Set(['<', '<=', '>', '>=', '===', '==', '!==', '!=']);

export class Analysis {
  /** Counters of for loops, with what they start from. */
  readonly counters = new Map<string, LinearForm>();
  /** Constants that are kept in an integer local, too, with what it holds in lane 0. */
  readonly integers = new Map<string, LinearForm>();
  readonly reads = new Map<Node, ArrayRead>();
  readonly comparisons = new Map<Node, Comparison>();
  /** Comparisons, minima, maxima and quotients of whole numbers that float32 may round, and that are therefore computed as integers. */
  readonly integerNodes = new Set<Node>();
  /** Constants that differ from lane to lane without a stride and that float32 may round: they are kept as integers, too. */
  readonly wholeLanes = new Set<string>();
  /** An array of more than 2²⁴ numbers that is read at an index of which it is not known that it is computed exactly. */
  inexactArray: string | null = null;
  readonly placement = new Placement();
  /** For loops that surely end within gpu.js's limit on iterations. */
  readonly boundedLoops = new Set<Node>();
  readonly neverAssigned: (name: string) => boolean;
  readonly #input: AnalysisInput;
  readonly #facts: Facts;
  readonly #guards: Guards;
  readonly #truncated = new Set<string>();
  readonly #assignments = new Map<string, Node[]>();
  #loops: Node[] = [];

  constructor(input: AnalysisInput) {
    this.#input = input;
    this.#facts = new Facts(input.node, input.lanes);
    this.#guards = new Guards(this.#facts, this.#truncated);
    const { body } = input.node.getJsAST();
    walk(body, (node) => {
      const target =
        node.type === 'AssignmentExpression' ? node.left : node.type === 'UpdateExpression' ? node.argument : null;
      if (target?.type === 'Identifier')
        this.#assignments.set(target.name, [...(this.#assignments.get(target.name) ?? []), node]);
    });
    this.neverAssigned = (name) => !this.#assignments.has(name);
    const environment: Environment = new Map();
    for (const [i, axis] of ['x', 'y', 'z'].entries())
      environment.set(`thread.${axis}`, { low: 0, high: input.lastThread[i] });
    this.#statement(body, environment);
  }

  /** What is known of the kernel's expressions. */
  get facts(): Facts {
    return this.#facts;
  }

  #statement(node: Node, environment: Environment): void {
    switch (node.type) {
      case 'VariableDeclaration':
        for (const { id, init } of node.declarations) {
          this.#expression(init, environment);
          if (node.kind !== 'var') this.#declare(id.name, init, environment);
        }
        return;
      case 'IfStatement':
        this.#expression(node.test, environment);
        this.#statement(node.consequent, this.#guards.narrowed(environment, node.test, true));
        if (node.alternate) this.#statement(node.alternate, this.#guards.narrowed(environment, node.test, false));
        return;
      case 'ForStatement':
        this.#for(node, environment);
        return;
      case 'WhileStatement':
      case 'DoWhileStatement':
        this.#inside(node, () => {
          this.#expression(node.test, environment);
          const holds = node.type === 'WhileStatement';
          this.#statement(
            node.body,
            holds ? this.#guards.narrowed(environment, node.test, true) : new Map(environment),
          );
        });
        return;
      case 'BlockStatement':
      case 'SwitchStatement':
      case 'SwitchCase':
      case 'ExpressionStatement':
      case 'ReturnStatement':
        for (const child of children(node)) this.#statement(child, environment);
        return;
      default:
        this.#expression(node, environment);
    }
  }

  #inside(loop: Node, visit: () => void): void {
    this.#loops.push(loop);
    visit();
    this.#loops.pop();
  }

  /** A constant that is a whole number gets a form; one that takes code to evaluate gets an integer local for it. */
  #declare(name: string, init: Node, environment: Environment): void {
    if (!this.neverAssigned(name)) return;
    const form = this.#facts.form(init);
    if (!form && !this.#facts.isWhole(init)) return;
    const range = this.#facts.range(init, environment);
    environment.set(name, range);
    if (!form) {
      this.#facts.declareWhole(name);
      if (this.#input.lanes?.varying.has(name) && mayRound([range])) this.wholeLanes.add(name);
      return;
    }
    if (form.terms.every(({ atom }) => atom.movable)) {
      this.#facts.declare(name, init, form);
      return;
    }
    if (form.constant === 0 && form.terms.length === 1 && form.terms[0].coefficient === 1) this.#truncated.add(name);
    this.integers.set(name, form);
    const local = this.#local(name, range, this.#loops.at(-1) ?? null);
    this.#facts.stands(local, form);
    this.#facts.declare(name, init, atomForm(local, form.lane));
  }

  #local(name: string, { low }: Range, home: Node | null): Atom {
    return { key: name, home, movable: true, low, source: { kind: 'local', name } };
  }

  #for(node: Node, environment: Environment): void {
    const inner: Environment = new Map(environment);
    if (node.init) this.#statement(node.init, inner);
    const name =
      node.init?.type === 'VariableDeclaration' && node.init.kind === 'let' ? node.init.declarations[0].id.name : null;
    const step = name === null ? null : this.#counterStep(name, node);
    const start = step === null ? null : this.#facts.form(node.init.declarations[0].init);
    let bodyEnvironment = inner;
    if (step !== null && start && start.lane === 0 && start.terms.every(({ atom }) => atom.movable)) {
      const first = this.#facts.range(node.init.declarations[0].init, inner);
      if (ranges.contains({ low: -counterLimit, high: counterLimit }, first)) {
        this.counters.set(name, start);
        const unbounded = step > 0 ? { low: first.low, high: counterLimit } : { low: -counterLimit, high: first.high };
        this.#facts.names.set(name, atomForm(this.#local(name, unbounded, node)));
        inner.set(name, unbounded);
        bodyEnvironment = node.test ? this.#guards.narrowed(inner, node.test, true) : new Map(inner);
        const during = bodyEnvironment.get(name)!;
        const bounded = step > 0 ? during.high < counterLimit : during.low > -counterLimit;
        if (bounded) {
          // At the test the counter may stand one step further, or, where the loop never runs, at its start.
          inner.set(
            name,
            ranges.union(first, { low: during.low + Math.min(step, 0), high: during.high + Math.max(step, 0) }),
          );
          const trips = (during.high - during.low) / Math.abs(step) + 2;
          if (trips <= this.#input.node.loopMax) this.boundedLoops.add(node);
        } else {
          inner.set(name, ranges.unknown);
          bodyEnvironment.set(name, ranges.unknown);
        }
      }
    }
    if (bodyEnvironment === inner && node.test) bodyEnvironment = this.#guards.narrowed(inner, node.test, true);
    this.#inside(node, () => {
      if (node.test) this.#expression(node.test, inner);
      this.#statement(node.body, new Map(bodyEnvironment));
      if (node.update) this.#expression(node.update, inner);
    });
  }

  /** By how much the loop's update changes the variable, where nothing else changes it and all lanes share it; null elsewhere. */
  #counterStep(name: string, { init, update }: Node): number | null {
    const assignments = this.#assignments.get(name) ?? [];
    if (init.declarations.length !== 1 || assignments.length !== 1 || assignments[0] !== update) return null;
    if (this.#input.lanes?.varying.has(name)) return null;
    if (update.type === 'UpdateExpression') return update.operator === '++' ? 1 : -1;
    const amount = this.#facts.constantValue(update.right);
    if (!amount || (update.operator !== '+=' && update.operator !== '-=')) return null;
    return update.operator === '+=' ? amount : -amount;
  }

  #expression(node: Node, environment: Environment): void {
    switch (node.type) {
      case 'MemberExpression':
        if (node.computed) this.#read(node, environment);
        return;
      case 'LogicalExpression': {
        this.#expression(node.left, environment);
        // Only where all lanes agree does gpu.js skip the right-hand side.
        const skips = this.#facts.isUniform(node);
        this.#expression(
          node.right,
          skips ? this.#guards.narrowed(environment, node.left, node.operator === '&&') : environment,
        );
        return;
      }
      case 'ConditionalExpression': {
        this.#expression(node.test, environment);
        const skips = this.#facts.isUniform(node.test);
        const branch = (outcome: boolean) =>
          skips ? this.#guards.narrowed(environment, node.test, outcome) : environment;
        this.#expression(node.consequent, branch(true));
        this.#expression(node.alternate, branch(false));
        return;
      }
      case 'BinaryExpression':
        if (comparisons.has(node.operator)) this.#compare(node, environment);
        break;
      case 'CallExpression':
        this.#call(node, environment);
    }
    for (const child of children(node)) this.#expression(child, environment);
  }

  /**
   * A comparison of two whole numbers that all lanes share, both exact in float32, gives the same as a comparison of integers. Where float32
   * may round one of them, only the comparison of integers is right.
   */
  #compare(node: Node, environment: Environment): void {
    const sides = [node.left, node.right];
    const found = sides.map((side) => this.#facts.range(side, environment));
    const rounds = mayRound(found) && sides.every((side) => this.#facts.isWhole(side));
    if (rounds && !this.#facts.isUniform(node)) {
      this.integerNodes.add(node);
      return;
    }
    const placed = sides.map((side, i) => {
      const form = this.#facts.form(side);
      const fits =
        form &&
        form.lane === 0 &&
        (rounds || (ranges.isExact(found[i]) && form.terms.every(({ atom }) => atom.movable)));
      return fits ? this.placement.place(form, 1, this.#loops) : null;
    });
    if (placed[0] && placed[1]) this.comparisons.set(node, { left: placed[0], right: placed[1] });
  }

  /** Quotients, minima and maxima of whole numbers that float32 may round. */
  #call(node: Node, environment: Environment): void {
    const division = this.#facts.division(node);
    if (division) {
      const range = this.#facts.range(division.written, environment);
      if (!ranges.contains(quotientLimit, range) && ranges.fitsInteger(range)) this.integerNodes.add(node);
      return;
    }
    const name = mathFunction(node);
    if ((name !== 'min' && name !== 'max') || !this.#facts.isWhole(node)) return;
    if (mayRound(node.arguments.map((argument: Node) => this.#facts.range(argument, environment))))
      this.integerNodes.add(node);
  }

  #read(node: Node, environment: Environment): void {
    const details = this.#input.node.getMemberExpressionDetails(node);
    if (!details) return;
    const { signature, name } = details;
    const brackets = [details.xProperty, details.yProperty, details.zProperty].filter((part) => part !== undefined);
    for (const bracket of brackets) this.#expression(bracket, environment);
    const table: ArrayTable = signature.startsWith('this.constants') ? 'constantArrays' : 'arrays';
    const region = this.#input.layout[table][name];
    if (!region || !/^(this\.constants\.)?value(\[\]){1,3}$/.test(signature)) return;

    const [width, height] = region.dims;
    const strides = [1, width, width * height];
    if (region.flatLength > ranges.exactLimit && !brackets.every((bracket) => this.#facts.isWhole(bracket)))
      this.inexactArray ??= name;
    let form: LinearForm | null = constantForm(0);
    let range = ranges.exactly(0);
    for (const [i, bracket] of brackets.entries()) {
      // An index that is no whole number is truncated, bracket by bracket.
      const part = this.#facts.form(bracket) ?? this.#facts.opaque(bracket);
      form = form && part && addScaled(form, part, strides[i]);
      range = ranges.add(
        range,
        ranges.multiply(this.#truncatedRange(bracket, environment), ranges.exactly(strides[i])),
      );
    }
    if (!form) return;
    range = this.#facts.indexRange(form, range, environment);
    const proven = ranges.contains({ low: 0, high: region.flatLength - 1 }, range);
    const constant = form.constant + Math.min(0, 3 * form.lane);
    if (!proven) {
      this.reads.set(node, {
        lane: form.lane,
        proven,
        index: this.placement.place({ ...form, constant }, 1, this.#loops),
        offset: 0,
      });
      return;
    }
    // A constant that is not negative can be part of the instruction where what remains is surely not negative, since a load adds without
    // wrapping.
    const folds = constant >= 0 && Math.max(lowOfTerms(form), range.low - constant) >= 0;
    this.reads.set(node, {
      lane: form.lane,
      proven,
      index: this.placement.place({ ...form, constant: folds ? 0 : constant }, 4, this.#loops),
      offset: folds ? 4 * constant : 0,
    });
  }

  #truncatedRange(bracket: Node, environment: Environment): Range {
    const range = this.#facts.range(bracket, environment);
    return this.#facts.form(bracket) ? range : { low: Math.floor(range.low), high: Math.ceil(range.high) };
  }
}
