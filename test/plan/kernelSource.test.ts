import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { applyKernel, kernels, tensor } from '../../src/index';
import { checkKernelSource, outerNames } from '../../src/plan/kernelSource';
import { assertThrows } from '../support/assertThrows';

const test = suite('kernelSource');

test('every kernel of the library passes', () => {
  const all = Object.values(kernels as Record<string, unknown>).filter((kernel) => typeof kernel === 'function');
  assert.ok(all.length > 30);
  for (const kernel of all) checkKernelSource(kernel as never);
});

test('names from outside are found: not those of parameters, variables, inner functions, properties, texts and comments', () => {
  const source = `function scale(x, y = 2) {
    // factor is a comment
    function half(z) { return z / 2; }
    let a = x[this.thread.x], b = 1;
    for (let i = 0; i < this.constants.rows; i++) a += Math.max(half(i), b) * factor + y;
    const text = 'other';
    return a > 0 ? a : detseg_1.epsilon;
  }`;
  assert.equal(outerNames(source), ['factor', 'detseg_1']);
});

test('a kernel that a reader writes wrongly is told by the line that launches it', () => {
  const factor = 3;
  const launch = (kernel: unknown) => () => applyKernel(kernel as never, { inputs: [tensor([1, 2])], shape: [2] });
  assertThrows(
    launch(function triple(this: any, x: number[]) {
      return factor * x[this.thread.x];
    }),
    'triple: a kernel cannot see factor: on the device it has its arguments and this.constants alone. ' +
      'Pass numbers in constants or scalars, and tensors in inputs; write helpers inside of the kernel',
  );
  const arrow = (x: number[]) => x[0];
  assertThrows(
    launch(arrow),
    'arrow: expected a kernel written as `function (this: KernelThread, …) { … }`, got an arrow function or a method',
  );
  assertThrows(
    launch(function pair(this: any, x: number[]) {
      const [a, b] = [x[0], x[1]];
      return a + b;
    }),
    'pair: expected one name in each declaration of a kernel, got a pattern; write a line for each name',
  );
  assertThrows(launch('x => x'), 'applyKernel: expected a function of one thread, got string');
});

test.run();
