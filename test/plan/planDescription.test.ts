import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { abs, negate } from '../../kernels/elementwise';
import { type PlanDescription, type PlanPause, type PlanStep, samePlan } from '../../src/plan/planDescription';

const test = suite('plan');

const step: PlanStep = { kernel: negate, grid: [4, 2], constants: { a: 1, b: 2 }, scalars: { c: 0.5 }, inputs: [~0] };
const pause: PlanPause = { at: 1, inputs: [0], leaves: [1] };
const plan: PlanDescription = {
  leafSizes: [8, 8],
  steps: [step, { ...step, inputs: [~1] }],
  pauses: [pause],
  outputs: [1],
};
const withStep = (changes: Partial<PlanStep>) => ({
  ...plan,
  steps: [plan.steps[0], { ...plan.steps[1], ...changes }],
});

test('descriptions that were made twice are the same plan', () => {
  const copy = {
    leafSizes: [8, 8],
    steps: plan.steps.map((one) => ({ ...one, constants: { a: 1, b: 2 } })),
    pauses: [{ at: 1, inputs: [0], leaves: [1] }],
    outputs: [1],
  };
  assert.ok(samePlan(plan, copy));
});

const others: Record<string, PlanDescription> = {
  'leaf sizes': { ...plan, leafSizes: [8, 9] },
  'more leaves': { ...plan, leafSizes: [8, 8, 8] },
  'no pause': { ...plan, pauses: [] },
  'when it pauses': { ...plan, pauses: [{ ...pause, at: 0 }] },
  'what the pause looks at': { ...plan, pauses: [{ ...pause, inputs: [~0] }] },
  'what the pause fills in': { ...plan, pauses: [{ ...pause, leaves: [0] }] },
  outputs: { ...plan, outputs: [0] },
  'fewer steps': { ...plan, steps: [step] },
  kernel: withStep({ kernel: abs }),
  grid: withStep({ grid: [2, 4] }),
  'grid of more axes': withStep({ grid: [4, 2, 1] }),
  inputs: withStep({ inputs: [~0] }),
  'a constant': withStep({ constants: { a: 1, b: 3 } }),
  'a constant more': withStep({ constants: { a: 1, b: 2, d: 3 } }),
  'a constant less': withStep({ constants: { a: 1 } }),
  'another name': withStep({ constants: { a: 1, d: 2 } }),
  'a scalar': withStep({ scalars: { c: 0.25 } }),
  'the sign of a zero': withStep({ scalars: { c: -0 } }),
};
for (const [difference, other] of Object.entries(others)) {
  test(`another plan: ${difference}`, () => {
    assert.not(samePlan(plan, other));
    assert.not(samePlan(other, plan));
  });
}

test('no number is unlike itself', () => {
  assert.ok(samePlan(withStep({ scalars: { c: Number.NaN } }), withStep({ scalars: { c: Number.NaN } })));
});

test.run();
