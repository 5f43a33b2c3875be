import { tellInterrupt, turn } from './interrupts';

/** Longest time without a {@link turn}, ms. */
const longest = 50;

let latest = Number.NEGATIVE_INFINITY;
let requested = false;

/** Requests a stop: listeners for Ctrl-C decide how; without any, the next {@link breathe} throws. */
export function interrupt(): void {
  requested = !tellInterrupt();
}

/** Drops a request to stop, so that it does not end what runs next. */
export function forgetInterrupt(): void {
  requested = false;
}

/**
 * A {@link turn} where the last one was a while ago. A back end without threads answers at once, so that a loop that awaits nothing else
 * would never let anybody in: no Ctrl-C, no stop button.
 * @throws an error called `Interrupt` after {@link interrupt}.
 */
export async function breathe(): Promise<void> {
  if (performance.now() - latest < longest) return;
  await turn();
  latest = performance.now();
  if (!requested) return;
  requested = false;
  throw Object.assign(new Error('stopped'), { name: 'Interrupt' });
}
