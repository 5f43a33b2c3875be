// Linear forms: a whole number written as constant + lane · ℓ + Σ coefficient · atom, where ℓ = 0 … 3 is the SIMD lane and an atom
// is a whole number that is the same in all lanes (a thread index of lane 0, a loop counter, a value kept in a local).
//
// Safety. WebAssembly's i32 arithmetic is that of the ring of integers modulo 2³², in which sums and products may be rearranged at
// will. Where the true value lies in [0, 2³²) the computed one equals it, whatever the intermediate results did.

import type { Node } from './gpujs';

/** A whole number that all lanes share. */
export interface Atom {
  readonly key: string;
  /** The innermost loop in which the value changes; null where it stays for the whole thread. */
  readonly home: Node | null;
  /** Whether it may be computed ahead of the place where it is written. */
  readonly movable: boolean;
  /** A lower bound, −∞ where none is known. */
  readonly low: number;
  readonly source:
    | { readonly kind: 'thread'; readonly axis: 'x' | 'y' | 'z' }
    | { readonly kind: 'local'; readonly name: string }
    | { readonly kind: 'expression'; readonly node: Node }
    | { readonly kind: 'product'; readonly left: LinearForm; readonly right: LinearForm };
}

export interface Term {
  readonly atom: Atom;
  readonly coefficient: number;
}

export interface LinearForm {
  readonly constant: number;
  readonly lane: number;
  readonly terms: readonly Term[];
}

export const constantForm = (constant: number): LinearForm => ({ constant, lane: 0, terms: [] });
export const atomForm = (atom: Atom, lane = 0): LinearForm => ({
  constant: 0,
  lane,
  terms: [{ atom, coefficient: 1 }],
});

export const isConstant = ({ lane, terms }: LinearForm): boolean => lane === 0 && terms.length === 0;

/** a + factor · b, or null where a number leaves the range in which JavaScript counts exactly. */
export function addScaled(a: LinearForm, b: LinearForm, factor: number): LinearForm | null {
  const coefficients = new Map<string, Term>(a.terms.map((term) => [term.atom.key, term]));
  for (const { atom, coefficient } of b.terms) {
    const sum = (coefficients.get(atom.key)?.coefficient ?? 0) + factor * coefficient;
    coefficients.set(atom.key, { atom, coefficient: sum });
  }
  const terms = [...coefficients.values()].filter(({ coefficient }) => coefficient !== 0);
  const form = { constant: a.constant + factor * b.constant, lane: a.lane + factor * b.lane, terms };
  const numbers = [form.constant, form.lane, ...terms.map(({ coefficient }) => coefficient)];
  return numbers.every((value) => Math.abs(value) < 2 ** 40) ? form : null;
}

export const scaled = (form: LinearForm, factor: number): LinearForm | null => addScaled(constantForm(0), form, factor);

/** A lower bound of constant-free part Σ coefficient · atom, −∞ where none is known. */
export function lowOfTerms({ terms }: LinearForm): number {
  let low = 0;
  for (const { atom, coefficient } of terms) low += coefficient > 0 ? coefficient * atom.low : Number.NEGATIVE_INFINITY;
  return Number.isNaN(low) ? Number.NEGATIVE_INFINITY : low;
}
