// A run of a compiled plan without the copies that gpu.js makes of all arguments before it starts: it cannot know whether its caller will
// change them meanwhile. Whoever calls this promises not to, and to start no run of the plan before the last one has ended, which is what
// gpu.js's queue is for.

/** What gpu.js keeps of a plan that it has compiled to WebAssembly. */
interface Executor {
  readonly kind: string;
  execute(args: readonly unknown[]): unknown;
}

/**
 * Runs a plan on the arguments themselves.
 * @param shortcut what `createPipeline` returned.
 * @returns its results, or a promise of them; undefined where the plan is not compiled to WebAssembly (yet), and nothing has run.
 */
export function runDirectly(shortcut: any, args: readonly unknown[]): unknown {
  const executor: Executor | null | undefined | false = shortcut.pipeline?._executor;
  if (!executor || (executor.kind !== 'fused-sync' && executor.kind !== 'fused-threaded')) return undefined;
  return executor.execute(args);
}
