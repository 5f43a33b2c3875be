import type { Decide, PlanDescription } from '../plan/planDescription';
import { orZeros } from './buffers';
import type { Plan } from './plan';

/**
 * A plan with pauses where the device cannot pause: each pause gets a plan of its own that computes what the host looks at, and the last
 * plan computes everything once more.
 */
export class StagedPlan implements Plan {
  readonly #description: PlanDescription;
  readonly #stages: readonly Plan[];

  /** @param compile makes a plan without pauses. */
  constructor(description: PlanDescription, compile: (description: PlanDescription) => Plan) {
    const { steps, pauses } = description;
    const before = pauses.map(({ at, inputs }) => ({
      ...description,
      steps: steps.slice(0, at),
      outputs: inputs.filter((source) => source >= 0),
    }));
    this.#description = description;
    this.#stages = [...before, description].map((stage) => compile({ ...stage, pauses: [] }));
  }

  get executor() {
    return this.#stages.at(-1)!.executor;
  }

  get fallbackReason() {
    return this.#stages.find(({ fallbackReason }) => fallbackReason)?.fallbackReason ?? null;
  }

  get bytes() {
    return this.#stages.reduce((bytes, stage) => bytes + stage.bytes, 0);
  }

  async run(leaves: readonly (Float32Array | null)[], decide: Decide): Promise<Float32Array[]> {
    const { pauses, leafSizes } = this.#description;
    const known = orZeros(leaves, leafSizes);
    for (const [index, { inputs, leaves: decided }] of pauses.entries()) {
      const results = inputs.some((source) => source >= 0) ? await this.#stages[index].run(known, decide) : [];
      let next = 0;
      const numbers = decide(
        index,
        inputs.map((source) => (source < 0 ? known[~source] : results[next++])),
      );
      for (const [i, leaf] of decided.entries()) known[leaf] = numbers[i];
    }
    return this.#stages.at(-1)!.run(known, decide);
  }

  async destroy() {
    for (const stage of this.#stages) await stage.destroy();
  }
}
