import { tellInterrupt, turn } from './interrupts';

/** Longest time without a {@link turn}, ms. */
const longest = 50;

let latest = Number.NEGATIVE_INFINITY;
let wished = false;

/** The wish to stop what is running: those who listen do it as they like; where nobody listens, the next {@link breathe} throws. */
export function interrupt(): void {
  wished = !tellInterrupt();
}

/** A wish to stop does not outlive what it was meant for. */
export function forgetInterrupt(): void {
  wished = false;
}

/**
 * A {@link turn} where the last one was a while ago. A back end without threads answers at once, so that a loop that awaits nothing else
 * would never let anybody in: no Ctrl-C, no stop button.
 * @throws an error called `Interrupt` where somebody wished to stop.
 */
export async function breathe(): Promise<void> {
  if (performance.now() - latest < longest) return;
  await turn();
  latest = performance.now();
  if (!wished) return;
  wished = false;
  throw Object.assign(new Error('stopped'), { name: 'Interrupt' });
}
