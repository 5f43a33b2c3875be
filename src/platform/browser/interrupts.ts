const listeners = new Set<() => void>();

/** A page has no Ctrl-C: its stop button calls `interrupt`. `fit` takes an AbortSignal, too. */
export function onInterrupt(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What Ctrl-C does in Node. @returns whether anybody listens. */
export function tellInterrupt(): boolean {
  const heard = [...listeners];
  for (const listener of heard) listener();
  return heard.length > 0;
}

/** What is to be given back at the end of a page goes with its memory. */
export function onExit(_listener: () => void): () => void {
  return () => {};
}

/** Lets the page look at what came in: the browser takes a message in its turn, and without the 4 ms that its timers wait. */
export function turn(): Promise<void> {
  return new Promise((resume) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resume();
    };
    port2.postMessage(null);
  });
}
