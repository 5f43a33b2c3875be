import detseg from '../../dist/src/index.js';

const { adam, augmentation, batches, cosineSchedule, createModel, createRandom, fit, warmUpSchedule } = detseg;

/** Adam whose rate grows linearly through the first steps and then falls along a cosine to a hundredth. */
export function adamFor(model, { rate, steps, warmUp }) {
  const falling = cosineSchedule(rate, { steps: steps - warmUp, final: rate / 100 });
  return adam(model, { learningRate: warmUpSchedule(falling, { steps: warmUp }) });
}

/** Trains a model, 4 images a step, mirrored at random. */
export function train(model, data, { seed, rate, steps, warmUp }) {
  const optimizer = adamFor(model, { rate, steps, warmUp });
  return fit({
    model,
    optimizer,
    steps,
    batches: batches(data, { size: 4, seed, augment: augmentation({ flip: 0.5 }) }),
  });
}

/** A model for the images of a data set, with the description that it is saved with. */
export function modelFor(dataset, { architecture, options, seed }) {
  const [height, width] = dataset.sample(0).image.shape;
  const description = { architecture, options, classes: dataset.classes, size: { height, width } };
  return createModel(description, createRandom(seed));
}
