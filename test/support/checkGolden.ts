import * as assert from 'uvu/assert';
import { gradients, multiply, realize, sum, type Tensor, tensor } from '../../src/index';
import { assertAllClose, type Tolerance } from './allClose';
import type { GoldenArray, GoldenCase } from './golden';

/** A case whose results are an output and its gradients. */
export type DifferentiatedCase = GoldenCase & Required<Pick<GoldenCase, 'output' | 'upstream' | 'gradients'>>;

export function goldenTensor({ data, shape }: GoldenArray): Tensor {
  return tensor(data, shape);
}

/** Asserts that an operation's output and vector-Jacobian products are those of a golden case. */
export async function checkGolden(
  operation: (inputs: Record<string, Tensor>, golden: DifferentiatedCase) => Tensor,
  golden: DifferentiatedCase,
  tolerance: Tolerance = { absolute: 2e-5, relative: 1e-4 },
): Promise<void> {
  const inputs = Object.fromEntries(Object.entries(golden.inputs).map(([name, array]) => [name, goldenTensor(array)]));
  const output = operation(inputs, golden);
  assert.equal([...output.shape], golden.output.shape, `${golden.name}: shape`);
  const wanted = Object.keys(golden.gradients);
  const slopes = gradients(
    sum(multiply(output, goldenTensor(golden.upstream))),
    wanted.map((name) => inputs[name]),
  );
  await realize(output, ...slopes);
  assertAllClose(await output.data(), golden.output.data, { name: golden.name, relative: 1e-4, ...tolerance });
  for (const [i, name] of wanted.entries()) {
    assert.equal([...slopes[i].shape], golden.gradients[name].shape, `${golden.name}: shape of ∂${name}`);
    assertAllClose(await slopes[i].data(), golden.gradients[name].data, {
      name: `${golden.name}: ∂${name}`,
      relative: 1e-4,
      ...tolerance,
    });
  }
}
