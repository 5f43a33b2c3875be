import * as detseg from '../../src/index';
import { numbers } from '../support/numbers';
import type { Call } from '../support/wrongCalls';

const model = () => new detseg.Linear(3, 2, { random: detseg.createRandom(1) });

/** The model that every optimizer of a table trains. */
let trained = model();

const common = () => ({
  learningRate: 0.1,
  weightDecay: 0,
  groups: [{ parameters: detseg.isNormOrBias, rateFactor: 1, weightDecay: 0 }],
  clipNorm: 1,
  clipValue: 1,
});

const optimizer = (name: string, options: object): Call => ({
  name,
  args: () => {
    trained = model();
    return [trained, { ...common(), ...options }];
  },
  after: async (made: detseg.Optimizer) => {
    await made.step(detseg.sum(trained.forward(numbers(1, 3))));
    return trained;
  },
  says: ['optimizer', 'adam', 'step 0', 'gradients'],
});

const sgd = () => detseg.sgd(trained, { learningRate: 0.1 });
const loss = () => detseg.sum(trained.forward(numbers(1, 3)));
const rates = (schedule: detseg.Schedule) => [0, 1, 2, 5, 100].map(schedule);

const schedule = (name: string, options?: object): Call => ({
  name,
  args: () => (options ? [0.1, { ...options }] : [0.1]),
  after: rates,
});

const averaged = () => detseg.swaWeights(model());

export const calls: readonly Call[] = [
  optimizer('sgd', { momentum: 0.9, nesterov: true }),
  optimizer('adam', { betas: [0.9, 0.99], epsilon: 1e-8 }),
  optimizer('adamW', { betas: [0.9, 0.99], epsilon: 1e-8 }),
  optimizer('rmsProp', { alpha: 0.9, epsilon: 1e-8, momentum: 0 }),
  { name: 'Optimizer.step', on: sgd, args: () => [loss(), { watch: [numbers(2)] }], says: ['gradients'] },
  { name: 'Optimizer.accumulate', on: sgd, args: () => [loss(), { watch: [numbers(2)] }], says: ['gradients'] },
  { name: 'Optimizer.loadStateDict', on: sgd, args: () => [{ steps: 0, slots: {} }], records: ['0'] },
  { name: 'isNormOrBias', args: () => ['weight', trained.parameters()[0]] },
  { name: 'clipGradientNorm', args: () => [[numbers(2), numbers(3)], 1] },
  { name: 'clipGradientValue', args: () => [[numbers(2), numbers(3)], 1] },
  schedule('constantSchedule'),
  schedule('stepSchedule', { every: 2, factor: 0.1 }),
  schedule('multiStepSchedule', { milestones: [2, 5], factor: 0.1 }),
  schedule('polynomialSchedule', { steps: 5, power: 0.9, final: 0 }),
  schedule('cosineSchedule', { steps: 5, final: 0 }),
  schedule('oneCycleSchedule', { steps: 5, rise: 0.3, start: 0.01, final: 0.001 }),
  {
    name: 'warmUpSchedule',
    args: () => [detseg.constantSchedule(0.1), { steps: 3 }],
    after: rates,
  },
  {
    name: 'AveragedWeights',
    args: () => [model(), () => 0.5, { from: 0, every: 1 }],
    after: (made) => made.update(),
    says: ['averaged weights'],
  },
  {
    name: 'AveragedWeights.using',
    on: () => ({
      async using(body: () => unknown) {
        const average = averaged();
        await average.update();
        return average.using(body);
      },
    }),
    args: () => [() => 1],
  },
  { name: 'AveragedWeights.loadStateDict', on: averaged, args: () => [{ steps: 0, averages: {} }], records: ['0'] },
  {
    name: 'emaWeights',
    args: () => [model(), { decay: 0.9, warmUp: true, from: 0, every: 1 }],
    after: (made) => made.update(),
    says: ['averaged weights'],
  },
  {
    name: 'swaWeights',
    args: () => [model(), { from: 0, every: 1 }],
    after: (made) => made.update(),
    says: ['averaged weights'],
  },
];
