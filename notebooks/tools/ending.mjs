// How a command learns that it shall end: by Ctrl-C, by a signal, or because npm, which started it, is gone.

/** The exit codes of the signals, as shells have them. */
export const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** Calls `handler(signal)` for each signal that asks this process to end. */
export function onEnding(handler) {
  for (const signal of Object.keys(exitCodes)) process.on(signal, () => handler(signal));
  // A signal sent to npm ends npm and the shell between, and does not come through that shell.
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    handler('SIGTERM');
  }, 500);
  timer.unref();
}
