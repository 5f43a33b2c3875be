// Placement: where each part of an address is computed. Every part goes before the outermost loop in which it stays the same, so that
// a loop's body adds only what changes in it. Addresses that share a part share the local that holds it.
//
// Safety. A part is moved only if its atoms are: thread indices, counters and locals that are set before the loop (their `home` is a
// loop further out, or none) — by scoping, a name that is visible in the loop and declared outside it has been set. Sums and products
// of i32 locals neither trap nor have effects, so it does no harm if the loop never runs.

import type { Node } from './gpujs';
import type { LinearForm, Term } from './linearForm';

/** A sum kept in a local, set just before `loop`: `base` (an earlier such sum) plus scale · Σ coefficient · atom + constant. */
export interface Hoisted {
  readonly loop: Node;
  readonly base: Hoisted | null;
  readonly sum: PartialSum;
}

/** scale · (constant + Σ coefficient · atom). */
export interface PartialSum {
  readonly scale: number;
  readonly constant: number;
  readonly terms: readonly Term[];
}

/** A whole number to emit: what was moved ahead, plus the rest. */
export interface Placed {
  readonly base: Hoisted | null;
  readonly sum: PartialSum;
}

export class Placement {
  /** What to compute before each loop, in the order of need. */
  readonly before = new Map<Node, Hoisted[]>();
  readonly #known = new Map<string, Hoisted>();
  readonly #numbers = new Map<Hoisted, number>();

  /** Places scale · form, without its lane part, at a point inside the given loops (outermost first). */
  place(form: LinearForm, scale: number, loops: readonly Node[]): Placed {
    let base: Hoisted | null = null;
    let constant = form.constant;
    let pending = form.terms.filter(({ atom }) => atom.movable && atom.home === null);
    for (const loop of loops) {
      const isWorthALocal = base
        ? pending.length > 0 || constant !== 0
        : pending.length > 1 || constant !== 0 || costs(pending, scale);
      if (isWorthALocal && pending.length > 0) {
        base = this.#hoist({ loop, base, sum: { scale, constant, terms: pending } });
        pending = [];
        constant = 0;
      }
      pending = pending.concat(form.terms.filter(({ atom }) => atom.movable && atom.home === loop));
    }
    const fixed = form.terms.filter(({ atom }) => !atom.movable);
    return { base, sum: { scale, constant, terms: [...pending, ...fixed] } };
  }

  #hoist(hoisted: Hoisted): Hoisted {
    const { loop, base, sum } = hoisted;
    const list = this.before.get(loop) ?? [];
    this.before.set(loop, list);
    const parts = sum.terms.map(({ atom, coefficient }) => `${coefficient}*${atom.key}`).sort();
    const key = `${this.#loopNumber(loop)}|${base ? this.#numbers.get(base) : ''}|${sum.scale}|${sum.constant}|${parts}`;
    const known = this.#known.get(key);
    if (known) return known;
    this.#known.set(key, hoisted);
    this.#numbers.set(hoisted, this.#numbers.size);
    list.push(hoisted);
    return hoisted;
  }

  #loopNumber(loop: Node): number {
    return [...this.before.keys()].indexOf(loop);
  }
}

/** Whether a sum takes more than reading one local. */
const costs = (terms: readonly Term[], scale: number): boolean =>
  terms.length === 1 && terms[0].coefficient * scale !== 1;
