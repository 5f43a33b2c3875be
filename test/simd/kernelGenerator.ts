// Writes kernels at random, from a seed: nested loops with all kinds of bounds, guards that lanes share and guards in which they
// differ, shadowed names, breaks, negative coefficients, reads that leave their array behind a guard. Every kernel is valid JavaScript in
// which no unguarded read leaves its array; the generator knows the range of every whole number that it writes.

export interface GeneratedKernel {
  readonly source: string;
  readonly output: number[];
  readonly constants: Record<string, number>;
  /** Sizes [x, y, z] of the arrays a, b, c with one, two and three brackets. */
  readonly sizes: number[][];
}

interface Whole {
  readonly text: string;
  readonly low: number;
  readonly high: number;
}

/** xorshift32: numbers below `bound`. */
export function randomSource(seed: number): (bound: number) => number {
  let state = (Math.imul(seed + 1, 0x9e3779b9) ^ 0x5bd1e995) | 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

const pool = ['i', 'j', 'k', 'p', 'q', 'r'];
const arrays = ['a', 'b', 'c'];

class Generator {
  readonly #below: (bound: number) => number;
  readonly #output: number[];
  readonly #constants: Record<string, number> = {};
  readonly #sizes = [
    [1, 1, 1],
    [1, 1, 1],
    [1, 1, 1],
  ];
  /** Whole numbers in scope, innermost block last; null for a name that the block will declare and that nothing may use before. */
  readonly #scopes: Map<string, (Whole & { mutable: boolean }) | null>[] = [];
  #statements = 22;
  #loops = 0;
  #iterations = 1;

  constructor(seed: number) {
    this.#below = randomSource(seed);
    const width = this.#pick([4, 8, 12, 16, 32, 5, 7, 13, 18, 3]);
    this.#output = [[width], [width, 1 + this.#below(6)], [width, 1 + this.#below(4), 1 + this.#below(6)]][
      this.#below(3)
    ];
    for (let i = 0; i < 4; i++) this.#constants[`n${i}`] = 1 + this.#below(7);
  }

  kernel(): GeneratedKernel {
    this.#scopes.push(this.#reserved());
    const body = this.#block(0, 4 + this.#below(4));
    const source = `function generated(a, b, c) {\n  let total = 0.5;\n${body}  return total;\n}`;
    return { source, output: this.#output, constants: this.#constants, sizes: this.#sizes };
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#below(choices.length)];
  }

  #chance(percent: number): boolean {
    return this.#below(100) < percent;
  }

  #visible(): (Whole & { mutable: boolean })[] {
    const innermost = new Map(this.#scopes.flatMap((scope) => [...scope]));
    return [...innermost.values()].filter((whole) => whole !== null);
  }

  /** The names that a block may declare. */
  #reserved(): Map<string, null> {
    return new Map(Array.from({ length: this.#below(3) }, () => [this.#pick(pool), null]));
  }

  #thread(): Whole {
    const axis = this.#below(Math.min(3, this.#output.length + 1));
    return { text: `this.thread.${'xyz'[axis]}`, low: 0, high: (this.#output[axis] ?? 1) - 1 };
  }

  #leaf(): Whole {
    const visible = this.#visible();
    if (visible.length > 0 && this.#chance(50)) {
      const { text, low, high } = this.#pick(visible);
      return { text, low, high };
    }
    switch (this.#below(4)) {
      case 0: {
        const value = this.#below(6);
        return { text: `${value}`, low: value, high: value };
      }
      case 1: {
        const name = this.#pick(Object.keys(this.#constants));
        return { text: `this.constants.${name}`, low: this.#constants[name], high: this.#constants[name] };
      }
      default:
        return this.#thread();
    }
  }

  #whole(depth = 0): Whole {
    if (depth > 3 || this.#chance(25)) return this.#leaf();
    const a = this.#whole(depth + 1);
    if (Math.max(-a.low, a.high) > 300) return this.#leaf();
    switch (this.#below(8)) {
      case 0:
      case 1: {
        const b = this.#whole(depth + 1);
        return { text: `(${a.text} + ${b.text})`, low: a.low + b.low, high: a.high + b.high };
      }
      case 2: {
        const b = this.#whole(depth + 1);
        return { text: `(${a.text} - ${b.text})`, low: a.low - b.high, high: a.high - b.low };
      }
      case 3:
      case 4: {
        const factor = this.#pick([2, 3, 4, -1, -2]);
        const ends = [a.low * factor, a.high * factor];
        return {
          text: factor < 0 ? `(0 - ${a.text} * ${-factor})` : `(${a.text} * ${factor})`,
          low: Math.min(...ends),
          high: Math.max(...ends),
        };
      }
      case 5: {
        const name = this.#pick(Object.keys(this.#constants));
        const size = this.#constants[name];
        return {
          text: `Math.floor((${a.text} + 0.5) / this.constants.${name})`,
          low: Math.floor(a.low / size),
          high: Math.floor(a.high / size),
        };
      }
      case 6: {
        const b = this.#leaf();
        const larger = this.#chance(50);
        const chosen = larger ? Math.max : Math.min;
        return {
          text: `Math.${larger ? 'max' : 'min'}(${a.text}, ${b.text})`,
          low: chosen(a.low, b.low),
          high: chosen(a.high, b.high),
        };
      }
      default: {
        const b = this.#leaf();
        const products = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
        return { text: `(${a.text} * ${b.text})`, low: Math.min(...products), high: Math.max(...products) };
      }
    }
  }

  /** An index that surely lies inside; the array grows to hold it. */
  #insideIndex(array: number, dimension: number): string {
    const index = this.#whole();
    const size = index.high - index.low + 1;
    if (size > (array === 0 ? 4000 : 200) || this.#chance(8)) {
      this.#sizes[array][dimension] = Math.max(this.#sizes[array][dimension], 8);
      return `Math.min(7, Math.max(0, ${index.text}))`;
    }
    this.#sizes[array][dimension] = Math.max(this.#sizes[array][dimension], size);
    const shift = index.low === 0 ? '' : index.low < 0 ? ` + ${-index.low}` : ` - ${index.low}`;
    return index.text + shift;
  }

  #inside(): string {
    const array = this.#pick([0, 0, 1, 2]);
    // The last bracket is x.
    const brackets = Array.from({ length: array + 1 }, (_, i) => `[${this.#insideIndex(array, array - i)}]`);
    return arrays[array] + brackets.join('');
  }

  /** A condition and a read that is inside only where the condition holds. */
  #guarded(): { condition: string; read: string } {
    const index = this.#whole();
    const size = Math.max(4, Math.min(40, Math.ceil((index.high + 1) / (1 + this.#below(3)))));
    this.#sizes[0][0] = Math.max(this.#sizes[0][0], size);
    const low = index.low >= 0 && this.#chance(60) ? '' : `${index.text} >= 0 && `;
    return { condition: `${low}${index.text} < ${size}`, read: `a[${index.text}]` };
  }

  #condition(): string {
    const compare = () => {
      if (this.#chance(20)) return `${this.#inside()} ${this.#pick(['>', '<'])} ${this.#pick(['0.1', '-0.2', '0.3'])}`;
      return `${this.#whole().text} ${this.#pick(['<', '<=', '>', '>=', '===', '!=='])} ${this.#whole().text}`;
    };
    if (this.#chance(30)) return `${compare()} ${this.#pick(['&&', '||'])} ${compare()}`;
    return compare();
  }

  #value(): string {
    switch (this.#below(7)) {
      case 0: {
        const { condition, read } = this.#guarded();
        return `(${condition} ? ${read} : 0.25)`;
      }
      case 1:
        return `${this.#whole().text} * 0.001`;
      case 2:
        return `${this.#inside()} * ${this.#inside()}`;
      case 3:
        return `(${this.#condition()} ? ${this.#inside()} : ${this.#inside()})`;
      default:
        return this.#inside();
    }
  }

  #freshName(): string | null {
    const free = [...this.#scopes.at(-1)!].filter(([, whole]) => whole === null).map(([name]) => name);
    return free.length > 0 ? this.#pick(free) : null;
  }

  #block(depth: number, statements: number): string {
    let text = '';
    for (let i = 0; i < statements && this.#statements > 0; i++) text += this.#statement(depth);
    return text;
  }

  #inner(depth: number, names: [string, Whole][] = []): string {
    this.#scopes.push(new Map(names.map(([name, whole]) => [name, { ...whole, mutable: false }])));
    this.#scopes.push(this.#reserved());
    const text = this.#block(depth + 1, 1 + this.#below(3));
    this.#scopes.pop();
    this.#scopes.pop();
    return text;
  }

  #statement(depth: number): string {
    this.#statements--;
    const pad = '  '.repeat(depth + 1);
    const kind = depth < 4 ? this.#below(12) : 8 + this.#below(4);
    switch (kind) {
      case 0:
      case 1:
      case 2:
        if (this.#iterations > 300) return this.#add(pad);
        return this.#loop(depth, pad);
      case 3:
      case 4: {
        const condition = this.#condition();
        const otherwise = this.#chance(30) ? ` else {\n${this.#inner(depth)}${pad}}` : '';
        return `${pad}if (${condition}) {\n${this.#inner(depth)}${pad}}${otherwise}\n`;
      }
      case 5: {
        const { condition, read } = this.#guarded();
        return `${pad}if (${condition}) {\n${pad}  total += ${read};\n${pad}}\n`;
      }
      case 6:
        if (this.#loops > 0)
          return `${pad}if (${this.#condition()}) {\n${pad}  ${this.#pick(['break', 'continue'])};\n${pad}}\n`;
        if (this.#chance(15)) return `${pad}if (${this.#condition()}) {\n${pad}  return total;\n${pad}}\n`;
        return this.#add(pad);
      case 7:
        return this.#assign(pad);
      case 8:
      case 9:
        return this.#declare(pad);
      default:
        return this.#add(pad);
    }
  }

  #add(pad: string): string {
    if (this.#chance(15)) return `${pad}total = total * 0.5 + ${this.#value()};\n`;
    return `${pad}total ${this.#pick(['+=', '-='])} ${this.#value()};\n`;
  }

  #declare(pad: string): string {
    const name = this.#freshName();
    if (name === null) return this.#add(pad);
    const whole = this.#whole();
    const mutable = this.#chance(25);
    this.#scopes.at(-1)!.set(name, { text: name, low: whole.low, high: whole.high, mutable });
    return `${pad}${mutable ? 'let' : 'const'} ${name} = ${whole.text};\n`;
  }

  #assign(pad: string): string {
    const targets = this.#visible().filter(({ mutable }) => mutable);
    if (targets.length === 0) return this.#declare(pad);
    const { text, low, high } = this.#pick(targets);
    return `${pad}${text} = Math.max(${low}, Math.min(${high}, ${this.#whole().text}));\n`;
  }

  #loop(depth: number, pad: string): string {
    const name = this.#pick(pool);
    const bound = this.#chance(50) ? this.#leaf() : { text: `${2 + this.#below(5)}`, low: 6, high: 6 };
    if (bound.high > 40 || new RegExp(`^${name}$`).test(bound.text)) return this.#add(pad);
    const before = this.#iterations;
    this.#iterations *= Math.max(1, bound.high);
    this.#loops++;
    const range = { text: name, low: 0, high: Math.max(0, bound.high) };
    let text: string;
    const kind = this.#below(8);
    if (kind === 0) {
      // Counts down.
      text = `${pad}for (let ${name} = ${bound.text}; ${name} >= 0; ${name}--) {\n${this.#inner(depth, [[name, range]])}${pad}}\n`;
    } else if (kind === 1) {
      const step = 2 + this.#below(2);
      text = `${pad}for (let ${name} = 0; ${name} < ${bound.text}; ${name} += ${step}) {\n${this.#inner(depth, [[name, range]])}${pad}}\n`;
    } else if (kind === 2) {
      // The body moves the counter on.
      const skip = `${pad}  if (${name} === ${this.#below(4)}) {\n${pad}    ${name}++;\n${pad}  }\n`;
      const wide = { ...range, high: range.high + 1 };
      text = `${pad}for (let ${name} = 0; ${name} < ${bound.text}; ${name}++) {\n${skip}${pad}  {\n${this.#inner(depth, [[name, wide]])}${pad}  }\n${pad}}\n`;
    } else if (kind === 3) {
      const start = this.#below(3);
      text = `${pad}for (let ${name} = ${start}; ${name} <= ${bound.text}; ${name} = ${name} + 1) {\n${this.#inner(depth, [[name, range]])}${pad}}\n`;
    } else {
      const start = this.#chance(25) ? this.#leaf() : { text: '0', low: 0, high: 0 };
      const from = start.text === name ? { text: '0', low: 0, high: 0 } : start;
      const visible = { text: name, low: from.low, high: Math.max(from.low, bound.high) };
      text = `${pad}for (let ${name} = ${from.text}; ${name} < ${bound.text}; ${name}++) {\n${this.#inner(depth, [[name, visible]])}${pad}}\n`;
    }
    this.#loops--;
    this.#iterations = before;
    return text;
  }
}

/** The kernel of a seed. */
export const generateKernel = (seed: number): GeneratedKernel => new Generator(seed).kernel();
