import { checkFunction, checkList, checkTensor, checkTensorList } from '../checks/arguments';
import { checkOption } from '../checks/options';
import { equalShapes, show } from '../shape/shape';
import type { Shape } from '../shape/types';
import { type Derivation, ones, Tensor, zeros } from './tensor';

/** The two operations the reverse walk itself needs; handed in by ops/ so that tensors do not depend on operations. */
interface WalkOperations {
  add(a: Tensor, b: Tensor): Tensor;
  sumTo(x: Tensor, shape: Shape): Tensor;
}

let operations: WalkOperations | null = null;
let recording = true;

/** @internal Called once by ops/. */
export function provideWalkOperations(provided: WalkOperations): void {
  operations = provided;
}

function checkDerivation(
  result: Tensor,
  operation: string,
  inputs: readonly Tensor[],
  rules: Derivation['rules'],
): void {
  const caller = 'withGradient';
  checkTensor(caller, 'result', result);
  if (typeof operation !== 'string') checkOption(caller, 'operation', operation, 'text');
  checkTensorList(caller, 'inputs', inputs);
  checkList(caller, 'rules', rules, 'functions');
  if (rules.length !== inputs.length) {
    throw new Error(`${caller}: expected ${inputs.length} rules, one an input, got ${rules.length}`);
  }
  for (let i = 0; i < rules.length; i++) {
    if (typeof rules[i] !== 'function' && rules[i] !== null) checkFunction(caller, `rules[${i}]`, rules[i]);
  }
}

/**
 * Gives a computed tensor its gradient rules.
 *
 * The rule for an input may return a gradient of the result's shape even where the input was broadcast: the walk sums it back.
 * @param result `[…]`. @param operation its name, as errors print it. @param inputs tensors of any shapes.
 * @param rules one an input: takes the gradient of the result, `[…]`, to that of the input; null where it has none.
 * @returns the same numbers with this history; within {@link withoutGradients} the result as it is.
 * @throws on what is no tensor, and where there is not one rule for each input.
 */
export function withGradient(
  result: Tensor,
  operation: string,
  inputs: readonly Tensor[],
  rules: Derivation['rules'],
): Tensor {
  checkDerivation(result, operation, inputs, rules);
  return recording ? new Tensor(result.value, result.shape, { operation, inputs, rules }) : result;
}

/**
 * Runs a function whose operations keep no history: evaluation needs none, and the walk records no second order.
 * @throws on what is no function.
 */
export function withoutGradients<Result>(body: () => Result): Result {
  checkFunction('withoutGradients', 'body', body, '() => model.forward(x)');
  const before = recording;
  recording = false;
  try {
    return body();
  } finally {
    recording = before;
  }
}

/** Tensors between the root and the sources, users before their inputs. */
function reverseOrder(root: Tensor, sources: ReadonlySet<Tensor>): Tensor[] {
  const needed = new Map<Tensor, boolean>();
  const order: Tensor[] = [];
  const stack: { node: Tensor; next: number }[] = [{ node: root, next: 0 }];
  while (stack.length > 0) {
    const frame = stack[stack.length - 1];
    const { node } = frame;
    const inputs = node.derivation?.inputs ?? [];
    while (frame.next < inputs.length && needed.has(inputs[frame.next])) frame.next++;
    if (frame.next < inputs.length) {
      stack.push({ node: inputs[frame.next++], next: 0 });
    } else {
      stack.pop();
      const leads =
        sources.has(node) ||
        inputs.some((input, i) => node.derivation!.rules[i] !== null && needed.get(input) === true);
      if (!needed.has(node) && leads) order.push(node);
      needed.set(node, leads);
    }
  }
  return order.reverse();
}

/**
 * Gradients of one number with respect to tensors: ∂loss/∂source, by one reverse walk over the recorded operations.
 * @param loss one number, `[]` or `[1]`.
 * @param sources tensors (usually parameters) that the loss was computed from.
 * @returns one lazy tensor per source, of its shape; zeros where the loss does not depend on it.
 * @throws on a loss of another size, and on what is no tensor.
 */
export function gradients(loss: Tensor, sources: readonly Tensor[]): Tensor[] {
  checkTensor('gradients', 'loss', loss);
  checkTensorList('gradients', 'sources', sources);
  if (loss.size !== 1) throw new Error(`gradients: expected a loss of size 1, got ${show(loss.shape)}`);
  if (!operations) throw new Error('gradients: expected the operations to be loaded; import from detseg');
  const { add, sumTo } = operations;
  const wanted = new Set(sources);
  const found = new Map<Tensor, Tensor>([[loss, ones(loss.shape)]]);
  withoutGradients(() => {
    const order = reverseOrder(loss, wanted);
    const leads = new Set(order);
    for (const node of order) {
      const upstream = found.get(node);
      if (!upstream || !node.derivation) continue;
      const { inputs, rules } = node.derivation;
      for (let i = 0; i < inputs.length; i++) {
        const [input, rule] = [inputs[i], rules[i]];
        if (!rule || !leads.has(input)) continue;
        const share = rule(upstream);
        if (!(share instanceof Tensor))
          checkTensor('gradients', `what a rule of ${node.derivation.operation} returns`, share);
        const reduced = equalShapes(share.shape, input.shape) ? share : sumTo(share, input.shape);
        const earlier = found.get(input);
        found.set(input, earlier ? add(earlier, reduced) : reduced);
      }
      if (!wanted.has(node)) found.delete(node);
    }
  });
  return sources.map((source) => found.get(source) ?? zeros(source.shape));
}
