import { createRandom, gradients, multiply, realize, sum, type Tensor, tensor, useDevice } from '../../src/index';

/** Normal numbers from a seed. */
export function draw(seed: number, ...shape: number[]): Tensor {
  const random = createRandom(seed);
  return tensor(
    Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, () => random.normal()),
    shape,
  );
}

/** A computation, built anew for each back end. */
export type Build = () => { inputs: Tensor[]; output: Tensor };

/**
 * The largest difference between the plain kernels of the cpu and the tiled ones of webasm, over the output and the gradients of all
 * inputs, relative to the largest number of each.
 */
export async function compareBackEnds(build: Build): Promise<number> {
  const results: Float32Array[][] = [];
  for (const backend of ['cpu', 'webasm'] as const) {
    await useDevice(backend);
    const { inputs, output } = build();
    const weights = tensor(
      Float32Array.from({ length: output.size }, (_, i) => Math.sin(i)),
      output.shape,
    );
    const slopes = gradients(sum(multiply(output, weights)), inputs);
    await realize(output, ...slopes);
    results.push(await Promise.all([output, ...slopes].map((part) => part.data())));
  }
  const [plain, tiled] = results;
  return Math.max(
    ...plain.map((data, part) => {
      const scale = data.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-6);
      return data.reduce((worst, value, i) => Math.max(worst, Math.abs(value - tiled[part][i])), 0) / scale;
    }),
  );
}
