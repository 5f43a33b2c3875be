/** Calls a listener at the next Ctrl-C, and instead of ending the process. @returns stops listening. */
export function onInterrupt(listener: () => void): () => void {
  process.on('SIGINT', listener);
  return () => {
    process.removeListener('SIGINT', listener);
  };
}

/** Calls those who listen for Ctrl-C, as it would. @returns whether anybody listens. */
export function tellInterrupt(): boolean {
  return process.emit('SIGINT');
}

/** Calls a listener when the process exits. @returns stops listening. */
export function onExit(listener: () => void): () => void {
  process.once('exit', listener);
  return () => {
    process.removeListener('exit', listener);
  };
}

/** Lets the process look at what came in, such as Ctrl-C: a back end without threads never waits for anything by itself. */
export function turn(): Promise<void> {
  return new Promise((resume) => setImmediate(resume));
}
