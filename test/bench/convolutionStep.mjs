// The training step that every engine runs: four 3×3 convolutions 3→16, 16→32 (stride 2), 32→32, 32→4 on 8 images of 64×64, ReLU between
// them, per-pixel cross-entropy over 4 classes at 32×32, gradients, and one step of gradient descent.

export const batch = 8;
export const side = 64;
export const layers = [
  { inChannels: 3, outChannels: 16, stride: 1 },
  { inChannels: 16, outChannels: 32, stride: 2 },
  { inChannels: 32, outChannels: 32, stride: 1 },
  { inChannels: 32, outChannels: 4, stride: 1 },
];
export const learningRate = 0.3;

/** Multiply-adds counted as two, forward and both gradients; the first layer's input needs no gradient. */
export function stepFlops() {
  let height = side;
  let total = 0;
  for (const [index, { inChannels, outChannels, stride }] of layers.entries()) {
    height /= stride;
    total += 2 * batch * height * height * 9 * inChannels * outChannels * (index === 0 ? 2 : 3);
  }
  return total;
}

function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) / 16777216 - 0.5;
  };
}

/** The same images [N, H, W, 3], labels [N, 32, 32] and weights [3, 3, Cin, Cout] for every engine. */
export function stepData() {
  const draw = generator(777);
  const images = Float32Array.from({ length: batch * side * side * 3 }, draw);
  const half = side / 2;
  const labels = new Float32Array(batch * half * half);
  for (let n = 0; n < batch; n++) {
    for (let y = 0; y < half; y++) {
      for (let x = 0; x < half; x++) {
        const pixel = ((n * side + 2 * y) * side + 2 * x) * 3;
        labels[(n * half + y) * half + x] = (images[pixel] > 0 ? 1 : 0) + (images[pixel + 1] > 0 ? 2 : 0);
      }
    }
  }
  const weights = layers.map(({ inChannels, outChannels }) => {
    const scale = 2 * Math.sqrt(6 / (9 * inChannels));
    return Float32Array.from({ length: 9 * inChannels * outChannels }, () => draw() * scale);
  });
  return { images, labels, weights };
}
