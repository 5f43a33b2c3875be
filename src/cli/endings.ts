import { exitCodes } from './usage';

/** Signals that end a run after the step it is in, and what the shell then gets. */
const codes = { SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated, SIGHUP: exitCodes.hungUp } as const;

/** A signal that asks a run to end. */
export type Ending = keyof typeof codes;

const signals = Object.keys(codes) as Ending[];

/** The code for the shell of a run that ended early. */
export function codeOf(ending: Ending | null): number {
  return codes[ending ?? 'SIGINT'];
}

/**
 * Listens for the first signal that asks the process to end: Ctrl-C, a request of the system, or a terminal that is gone. From then on
 * each of them, of whatever kind, ends the process at once.
 * @returns stops listening.
 */
export function onEnding(body: (ending: Ending) => void): () => void {
  const close = () => {
    for (const signal of signals) process.removeListener(signal, listen);
  };
  const listen = (signal: NodeJS.Signals) => {
    close();
    body(signal as Ending);
  };
  for (const signal of signals) process.on(signal, listen);
  return close;
}
