// Run as a program in a process of its own: one forward and backward pass of a small net on the back end that DETSEG_DEVICE
// names, printed as JSON.
import { deviceReport, gradients, realize } from '../../src/index';
import { quadrants, SmallNet } from './model';

async function main(): Promise<void> {
  const model = new SmallNet();
  const loss = model.loss(quadrants(1, 6));
  const slopes = gradients(loss, model.parameters());
  await realize(loss, ...slopes, ...model.runningValues());
  const report = {
    ...(await deviceReport()),
    loss: await loss.item(),
    slopes: await Promise.all(slopes.map(async (slope) => [...(await slope.data())])),
    variance: [...(await model.norm.variance.data())],
  };
  // Written whole before leaving: WebGPU's threads would keep the process alive.
  process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit(0));
}

main().catch((error) => {
  process.stderr.write(`${error.name}: ${error.message}\n`, () => process.exit(1));
});
