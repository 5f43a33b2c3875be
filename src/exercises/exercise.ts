import { type Printable, printed, sameAnswer } from './answers';

/** What decides whether an answer to an exercise is right. */
export interface Exercise {
  /** The first way in which the answer is wrong, as a sentence; null where it is right. */
  problem(answer: unknown): Promise<string | null>;
}

/** One call of the reader's function, and what it should return. */
export interface Case {
  /** Copied before each call, so that an answer may write into its arguments. */
  args: readonly Printable[];
  expected: Printable;
}

/** Settings of {@link functionExercise}. */
export interface FunctionExerciseOptions {
  /** How the messages call the function. */
  name: string;
  /** The cases; a function, so that nothing is computed before the exercise is checked. */
  cases: () => readonly Case[];
  /** Largest accepted difference of two numbers, relative to the larger of 1 and the expected one (1e-6). */
  tolerance?: number;
}

/** An exercise whose answer is a function: it is called with each case in turn, and the first wrong result is told. */
export function functionExercise({ name, cases, tolerance = 1e-6 }: FunctionExerciseOptions): Exercise {
  return {
    async problem(answer) {
      if (typeof answer !== 'function') return `expected ${name} to be a function, got ${printed(answer)}`;
      const all = cases();
      for (const [index, { args, expected }] of all.entries()) {
        const call = `${name}(${args.map(printed).join(', ')})`;
        const place = `case ${index + 1} of ${all.length}`;
        let got: unknown;
        try {
          got = await answer(...structuredClone(args));
        } catch (error) {
          return `${call}: threw "${(error as Error)?.message ?? error}" (${place})`;
        }
        if (got === undefined) return `${call}: got undefined; is a \`return\` missing? (${place})`;
        if (!sameAnswer(got, expected, tolerance)) {
          return `${call}: got ${printed(got)}, expected ${printed(expected)} (${place})`;
        }
      }
      return null;
    },
  };
}

/** Settings of {@link valueExercise}. */
export interface ValueExerciseOptions {
  /** What the answer must be; a function, so that nothing is computed before the exercise is checked. */
  expected: () => Printable;
  /** Largest accepted difference of two numbers, relative to the larger of 1 and the expected one (1e-6). */
  tolerance?: number;
  /** Which way a wrong answer is off, without giving the right one away. */
  hint: (answer: unknown) => string;
}

/** An exercise whose answer is a value, which its messages never print. */
export function valueExercise({ expected, tolerance = 1e-6, hint }: ValueExerciseOptions): Exercise {
  return {
    async problem(answer) {
      const value = await answer;
      return sameAnswer(value, expected(), tolerance) ? null : `got ${printed(value)}; ${hint(value)}`;
    },
  };
}
