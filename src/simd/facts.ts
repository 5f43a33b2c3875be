// What is known of a kernel's expressions when it is compiled: the linear form of those that are whole numbers, and the range of all.
//
// Safety. Only names that are never assigned after their declaration, and counters of for loops that nothing but the loop's own
// update changes, have forms; so a form may be evaluated anywhere in the name's scope and gives the value of the declaration. (Names
// are unique: see uniqueNames.ts.) A whole number that is no sum of products, such as Math.floor(…), becomes an atom evaluated by
// gpu.js's own scalar code, and only where gpu.js's lane analysis says that all lanes share it and evaluating it has no effect.

import type { FunctionNode, LaneAnalysis, Node } from './gpujs';
import { type Atom, addScaled, atomForm, constantForm, isConstant, type LinearForm, scaled } from './linearForm';
import type { Range } from './range';
import * as ranges from './range';
import { mathFunction, memberOfThis, some, threadAxis } from './syntax';

/** Ranges of names and of thread indices (`thread.x`), as the guards around a place leave them. */
export type Environment = Map<string, Range>;

const bitwise = new Set(['&', '|', '^', '<<', '>>']);
/** Operators that make a whole number of two, in integers as in float32. */
export const wholeArithmetic = new Set(['+', '-', '*']);
const rounding: Record<string, (value: number) => number> = {
  floor: Math.floor,
  ceil: Math.ceil,
  trunc: Math.trunc,
  round: (value) => Math.floor(value + 0.5),
};

/** Whether evaluating an expression changes nothing and always gives the same. */
export function isPure(node: Node): boolean {
  return !some(node, (part) => {
    if (part.type === 'UpdateExpression' || part.type === 'AssignmentExpression') return true;
    return part.type === 'CallExpression' && (mathFunction(part) ?? 'random') === 'random';
  });
}

/** ⌊dividend / divisor⌋ of whole numbers. */
export interface Division {
  /** The dividend as it is written: the quotient is that of its float32 value. */
  readonly written: Node;
  readonly divisor: number;
}

/** What is known of an atom that is a quotient. */
interface Quotient extends Division {
  readonly atom: Atom;
  readonly dividend: LinearForm;
}

/** Up to here float32 finds ⌊a / b⌋ and ⌊(a + ½) / b⌋ of whole numbers exactly: the quotient is further from a step than it is rounded. */
export const quotientLimit: Range = { low: -(2 ** 21), high: 2 ** 21 };

/** The parts that an expression's value is computed from. */
function operands(node: Node): Node[] {
  switch (node.type) {
    case 'BinaryExpression':
      return [node.left, node.right];
    case 'UnaryExpression':
      return [node.argument];
    case 'ConditionalExpression':
      return [node.consequent, node.alternate];
    default:
      // The value of Math.floor is whole whatever its argument; a name's value is judged where it is declared.
      return [];
  }
}

export class Facts {
  /** Forms of constants and counters, by name. */
  readonly names = new Map<string, LinearForm>();
  readonly #node: FunctionNode;
  readonly #lanes: LaneAnalysis | null;
  readonly #forms = new Map<Node, LinearForm | null>();
  readonly #quotients = new Map<string, Quotient>();
  /** Constants without a form that are whole numbers in every lane. */
  readonly #wholeNames = new Set<string>();
  /** Whole-numbered expressions whose float32 value is exact, as are those of all their parts. */
  readonly #exact = new Set<Node>();
  readonly #rounded = new Set<string>();
  #expressions = 0;

  /** @param lanes gpu.js's lane analysis in the four-lane function, null in the one-cell function, where every value is one number. */
  constructor(node: FunctionNode, lanes: LaneAnalysis | null) {
    this.#node = node;
    this.#lanes = lanes;
  }

  /** Whether all lanes share the value, so that gpu.js computes it once. */
  isUniform(node: Node): boolean {
    return !this.#lanes?.exprVarying(node);
  }

  /** The value of a whole-numbered literal, constant or output size; null elsewhere. */
  constantValue(node: Node): number | null {
    const value = this.#number(node);
    return value !== null && Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? value : null;
  }

  #number(node: Node): number | null {
    if (node.type === 'Literal') return typeof node.value === 'number' ? node.value : null;
    const constant = memberOfThis(node, 'constants');
    if (constant !== null) {
      const value = this.#node.constants[constant];
      return typeof value === 'number' ? value : null;
    }
    const size = memberOfThis(node, 'output');
    return size === null ? null : (this.#node.output['xyz'.indexOf(size)] ?? null);
  }

  /** The linear form of an expression that is surely a whole number; null where it has none. */
  form(node: Node): LinearForm | null {
    let form = this.#forms.get(node);
    if (form === undefined) {
      form = this.#computeForm(node);
      this.#forms.set(node, form);
    }
    return form;
  }

  #computeForm(node: Node): LinearForm | null {
    const constant = this.constantValue(node);
    if (constant !== null) return constantForm(constant);
    switch (node.type) {
      case 'Identifier':
        return this.names.get(node.name) ?? null;
      case 'MemberExpression': {
        const axis = threadAxis(node);
        if (axis === null) return null;
        const atom: Atom = {
          key: `thread.${axis}`,
          home: null,
          movable: true,
          low: 0,
          source: { kind: 'thread', axis },
        };
        return atomForm(atom, axis === 'x' && this.#lanes ? 1 : 0);
      }
      case 'UnaryExpression': {
        if (node.operator !== '-' && node.operator !== '+') return null;
        const argument = this.form(node.argument);
        return argument && scaled(argument, node.operator === '-' ? -1 : 1);
      }
      case 'BinaryExpression':
        return this.#binaryForm(node);
      case 'CallExpression': {
        const name = mathFunction(node);
        if (name === null) return null;
        const forms = node.arguments.map((argument: Node) => this.form(argument));
        if (name in rounding) return forms[0] ?? (name === 'floor' ? this.#floor(node) : this.opaque(node));
        return (name === 'min' || name === 'max' || name === 'abs') && forms.every(Boolean) ? this.opaque(node) : null;
      }
      case 'ConditionalExpression':
        return this.form(node.consequent) && this.form(node.alternate) ? this.opaque(node) : null;
      default:
        return null;
    }
  }

  /** A quotient is remembered: a − b · ⌊a / b⌋ is a remainder. */
  #floor(node: Node): LinearForm | null {
    const division = this.division(node);
    const dividend = division && this.form(division.written);
    if (dividend && division.divisor === 1) return dividend;
    const form = this.opaque(node);
    if (form && dividend) {
      const [{ atom }] = form.terms;
      this.#quotients.set(atom.key, { atom, dividend, ...division });
    }
    return form;
  }

  /** The quotient that Math.floor(a / b) or Math.floor((a + 0.5) / b) is, for whole numbers a and a constant b > 0; null elsewhere. */
  division(node: Node): Division | null {
    const [argument] = mathFunction(node) === 'floor' ? node.arguments : [];
    if (argument?.type !== 'BinaryExpression' || argument.operator !== '/') return null;
    const divisor = this.constantValue(argument.right);
    const { left } = argument;
    const hasHalf =
      left.type === 'BinaryExpression' &&
      left.operator === '+' &&
      left.right.type === 'Literal' &&
      left.right.value === 0.5;
    const written = hasHalf ? left.left : left;
    return divisor && divisor > 0 && this.isWhole(written) ? { written, divisor } : null;
  }

  /** Whether an expression is surely a whole number in every lane; one with a form is, and others may be. */
  isWhole(node: Node): boolean {
    if (this.form(node)) return true;
    switch (node.type) {
      case 'Identifier':
        return this.#wholeNames.has(node.name);
      case 'UnaryExpression':
        return (node.operator === '-' || node.operator === '+') && this.isWhole(node.argument);
      case 'BinaryExpression':
        return wholeArithmetic.has(node.operator) && this.isWhole(node.left) && this.isWhole(node.right);
      case 'CallExpression': {
        const name = mathFunction(node);
        if (name === 'min' || name === 'max') return node.arguments.every((argument: Node) => this.isWhole(argument));
        return name !== null && name in rounding;
      }
      default:
        return false;
    }
  }

  /** Notes a constant without a form that is a whole number in every lane. */
  declareWhole(name: string): void {
    this.#wholeNames.add(name);
  }

  /** Lets the atom of a constant stand for the expression that it was declared with. */
  stands(local: Atom, declared: LinearForm): void {
    const [term] = declared.terms;
    const quotient = this.#quotients.get(term.atom.key);
    if (quotient && declared.constant === 0 && declared.terms.length === 1 && term.coefficient === 1) {
      this.#quotients.set(local.key, { ...quotient, atom: local });
    }
  }

  /** The range of a form, from the ranges of its atoms and what is known of remainders. */
  #formRange(form: LinearForm, environment: Environment, used: readonly Quotient[] = []): Range {
    let range = ranges.exactly(form.constant);
    // The range of thread.x counts all lanes; a lane part that comes from elsewhere is not accounted for.
    if (form.lane !== 0 && form.lane !== form.terms.find(({ atom }) => atom.key === 'thread.x')?.coefficient)
      return ranges.unknown;
    for (const { atom, coefficient } of form.terms) {
      const known = environment.get(atom.key) ?? ranges.unknown;
      range = ranges.add(range, ranges.multiply(known, ranges.exactly(coefficient)));
    }
    if (used.length === 4) return range;
    for (const quotient of this.#quotients.values()) {
      if (used.includes(quotient) || !this.#exact.has(quotient.written)) continue;
      const { atom, dividend, divisor } = quotient;
      // A form without the quotient holds no remainder of it; trying would cost time that grows with all orders of the quotients.
      if (!form.terms.some((term) => term.atom.key === atom.key)) continue;
      const [first] = dividend.terms;
      const factor =
        (form.terms.find((term) => term.atom.key === first?.atom.key)?.coefficient ?? 0) / (first?.coefficient ?? 1);
      if (factor === 0 || !Number.isInteger(factor)) continue;
      // form = factor · (dividend − divisor · quotient) + rest
      const remainder = addScaled(dividend, atomForm(atom), -divisor);
      const rest = remainder && addScaled(form, remainder, -factor);
      if (!rest || !ranges.contains(quotientLimit, this.#formRange(dividend, environment, [...used, quotient])))
        continue;
      const share = ranges.multiply({ low: 0, high: divisor - 1 }, ranges.exactly(factor));
      range = ranges.intersect(range, ranges.add(share, this.#formRange(rest, environment, [...used, quotient])));
    }
    return range;
  }

  #binaryForm(node: Node): LinearForm | null {
    const { operator } = node;
    if (bitwise.has(operator)) return this.opaque(node);
    const left = this.form(node.left);
    const right = this.form(node.right);
    if (!left || !right) return null;
    if (operator === '+') return addScaled(left, right, 1);
    if (operator === '-') return addScaled(left, right, -1);
    if (operator === '%') return this.opaque(node);
    if (operator !== '*') return null;
    if (isConstant(left)) return scaled(right, left.constant);
    if (isConstant(right)) return scaled(left, right.constant);
    if (left.lane !== 0 || right.lane !== 0) return null;
    const atom: Atom = {
      key: `expression:${this.#expressions++}`,
      home: null,
      movable: false,
      low: Number.NEGATIVE_INFINITY,
      source: { kind: 'product', left, right },
    };
    return atomForm(atom);
  }

  /** An expression as an atom that gpu.js's own code evaluates in place; null where lanes differ or evaluating it has effects. */
  opaque(node: Node): LinearForm | null {
    if (!this.isUniform(node) || !isPure(node)) return null;
    const key = `expression:${this.#expressions++}`;
    return atomForm({
      key,
      home: null,
      movable: false,
      low: Number.NEGATIVE_INFINITY,
      source: { kind: 'expression', node },
    });
  }

  /** The range of an expression's float32 value, and of its linear form where it has one. */
  range(node: Node, environment: Environment): Range {
    const range = this.#computeRange(node, environment);
    const form = this.form(node);
    // Float32 follows the form only where every step on the way is exact.
    const parts = operands(node);
    const isExact =
      form !== null &&
      ranges.isExact(range) &&
      !this.#rounded.has(node.name) &&
      parts.every((part) => this.#exact.has(part));
    if (isExact) this.#exact.add(node);
    else this.#exact.delete(node);
    return isExact ? ranges.intersect(range, this.#formRange(form, environment)) : ranges.widen(range);
  }

  /** Notes a constant, and whether its float32 value may differ from its form. */
  declare(name: string, init: Node, form: LinearForm): void {
    this.names.set(name, form);
    if (!this.#exact.has(init)) this.#rounded.add(name);
  }

  /** The range of the linear form of an expression that has one. */
  indexRange(form: LinearForm, range: Range, environment: Environment): Range {
    return ranges.intersect(range, this.#formRange(form, environment));
  }

  #computeRange(node: Node, environment: Environment): Range {
    const number = this.#number(node);
    if (number !== null) return ranges.exactly(Number.isInteger(number) ? number : Math.fround(number));
    const axis = threadAxis(node);
    if (axis !== null) return environment.get(`thread.${axis}`) ?? ranges.unknown;
    const of = (part: Node) => this.range(part, environment);
    switch (node.type) {
      case 'Identifier':
        return environment.get(node.name) ?? ranges.unknown;
      case 'UnaryExpression':
        return node.operator === '-'
          ? ranges.negate(of(node.argument))
          : node.operator === '+'
            ? of(node.argument)
            : ranges.unknown;
      case 'ConditionalExpression':
        return ranges.union(of(node.consequent), of(node.alternate));
      case 'BinaryExpression':
        switch (node.operator) {
          case '+':
            return ranges.add(of(node.left), of(node.right));
          case '-':
            return ranges.subtract(of(node.left), of(node.right));
          case '*':
            return ranges.multiply(of(node.left), of(node.right));
          case '/':
            return ranges.divide(of(node.left), of(node.right));
          case '%':
            return this.form(node.left) && this.form(node.right)
              ? ranges.remainder(of(node.left), of(node.right))
              : ranges.unknown;
          default:
            return ranges.unknown;
        }
      case 'CallExpression': {
        const name = mathFunction(node);
        const parts: Range[] = name === null ? [] : node.arguments.map(of);
        if (name !== null && name in rounding) return ranges.map(parts[0], rounding[name]);
        if (name === 'min') return parts.reduce(ranges.smaller);
        if (name === 'max') return parts.reduce(ranges.larger);
        return name === 'abs' ? ranges.absolute(parts[0]) : ranges.unknown;
      }
      default:
        return ranges.unknown;
    }
  }
}
