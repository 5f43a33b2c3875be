import { type Tensor, tensor } from '../../src/index';

/** A tensor of a shape with numbers between 0 and 1, in an order that no two axes share. */
export function numbers(...shape: number[]): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const data = Float32Array.from({ length: size }, (_, i) => ((i * 7) % size) / size + 0.01);
  return tensor(data, shape);
}
