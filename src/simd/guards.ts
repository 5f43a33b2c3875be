// Guards: what a condition that holds (or fails) says of the whole numbers it compares, e.g. `row >= 0 && row < height`.
//
// Safety. Only names with a linear form and thread indices are narrowed: they do not change where the guard applies. The condition is
// evaluated in float32, the narrowed range is used for the 32-bit integer, so the two must agree: either the range known before is
// within ±2²⁴, where both are exact, or the integer is the float32 value truncated, and then only a comparison that *holds* is used
// (one that fails may have met NaN), or both sides are whole numbers that are compared as integers, since float32 may round one of them.
// A condition in which lanes differ narrows nothing, since lanes that it switches off run along.

import type { Environment, Facts } from './facts';
import type { Node } from './gpujs';
import { fitsInteger, intersect, isExact, type Range, unknown } from './range';
import { threadAxis } from './syntax';

const mirrored: Record<string, string> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=', '===': '===', '==': '==' };
const negated: Record<string, string> = { '<': '>=', '>': '<=', '<=': '>', '>=': '<', '!==': '===', '!=': '==' };

/** The whole numbers v for which `v OPERATOR b` may hold for some b of the range. */
function allowed(operator: string, { low, high }: Range): Range {
  switch (operator) {
    case '<':
      return { low: unknown.low, high: Math.ceil(high) - 1 };
    case '<=':
      return { low: unknown.low, high: Math.floor(high) };
    case '>':
      return { low: Math.floor(low) + 1, high: unknown.high };
    case '>=':
      return { low: Math.ceil(low), high: unknown.high };
    case '===':
    case '==':
      return { low: Math.ceil(low), high: Math.floor(high) };
    default:
      return unknown;
  }
}

export class Guards {
  readonly #facts: Facts;
  /** Names whose integer is the truncated float32 value. */
  readonly #truncated: ReadonlySet<string>;

  constructor(facts: Facts, truncated: ReadonlySet<string>) {
    this.#facts = facts;
    this.#truncated = truncated;
  }

  /** What is known where `test` turned out as `outcome`. */
  narrowed(environment: Environment, test: Node, outcome: boolean): Environment {
    const result: Environment = new Map(environment);
    this.#narrow(result, test, outcome);
    return result;
  }

  #narrow(environment: Environment, test: Node, outcome: boolean): void {
    if (test.type === 'UnaryExpression' && test.operator === '!') {
      this.#narrow(environment, test.argument, !outcome);
    } else if (test.type === 'LogicalExpression') {
      // `a && b` that holds says both; `a || b` that fails says both failed.
      if ((test.operator === '&&') === outcome) {
        this.#narrow(environment, test.left, outcome);
        this.#narrow(environment, test.right, outcome);
      }
    } else if (test.type === 'BinaryExpression' && this.#facts.isUniform(test)) {
      const operator = outcome ? test.operator : negated[test.operator];
      if (operator === undefined || !(operator in mirrored)) return;
      this.#compare(environment, test.left, operator, test.right, outcome);
      this.#compare(environment, test.right, mirrored[operator], test.left, outcome);
    }
  }

  #compare(environment: Environment, left: Node, operator: string, right: Node, outcome: boolean): void {
    const axis = threadAxis(left);
    const key = axis
      ? `thread.${axis}`
      : left.type === 'Identifier' && this.#facts.names.has(left.name)
        ? left.name
        : null;
    if (key === null) return;
    const before = environment.get(key) ?? unknown;
    const limit = this.#facts.range(right, environment);
    const own = this.#facts.range(left, environment);
    const asIntegers = fitsInteger(own) && fitsInteger(limit) && this.#facts.form(right)?.lane === 0;
    if (!isExact(before) && !asIntegers && !(outcome && this.#truncated.has(key))) return;
    environment.set(key, intersect(before, allowed(operator, limit)));
  }
}
