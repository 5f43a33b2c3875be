// Where the results of a plan's steps lie. gpu.js lets arrays of one shape share a buffer where the one is read no more before the other
// is written, and lays the buffers one behind the other. Here every step has a buffer of its own, at any place: between two buffers
// there is one of as many numbers as the next is away from the end of the last, which may be less than none. No step writes to those.
//
// Safety. Two arrays may only have numbers in common where one is read for the last time before the step that writes the other starts.
// Worker threads wait for each other after every step that they share; the steps between two such waits are run by one of them, in their
// order (see workerPool.ts). So nobody reads an array any more when another is written in its place.

let isShared = true;

/** For tests: whether arrays of plans that are compiled from now on share memory. */
export function shareMemory(shared: boolean): void {
  isShared = shared;
}

/** Whether arrays of plans that are compiled now share memory. */
export function sharesMemory(): boolean {
  return isShared;
}

/**
 * Lays out the memory of a plan, before it runs for the first time.
 * @param shortcut what `createPipeline` returned.
 * @param places where the result of each step begins, and where the last one ends, in numbers; whole lanes all of them.
 */
export function placeResults(
  shortcut: any,
  { offsets, total }: { readonly offsets: readonly number[]; readonly total: number },
): void {
  const { pipeline } = shortcut;
  const build = pipeline._buildPlan;
  pipeline._buildPlan = () => {
    const plan = build.call(pipeline);
    plan.buffers = [];
    let end = 0;
    const moveTo = (offset: number) => {
      plan.buffers.push({ output: [offset - end] });
      end = offset;
    };
    for (const [index, step] of plan.steps.entries()) {
      moveTo(offsets[index]);
      step.outputBuffer = plan.buffers.push({ output: [...step.output] }) - 1;
      const size = step.output.reduce((product: number, length: number) => product * length, 1);
      end += Math.ceil(size / 4) * 4;
    }
    moveTo(total);
    return plan;
  };
}
