import { Worker } from 'node:worker_threads';

/** A thread that was started; it does not keep the process alive. */
export interface Thread {
  postMessage(message: unknown): void;
  terminate(): void;
  ref(): void;
  unref(): void;
}

/** What is told of a thread. */
export interface ThreadListener {
  onMessage(message: any): void;
  /** It failed or ended; nothing comes of it any more. */
  onEnd(error: Error): void;
}

/** Starts a thread. @param source what it runs, as text of JavaScript (CommonJS). */
export function startThread(source: string, { onMessage, onEnd }: ThreadListener): Thread {
  // Node's own flags are the main script's: with --input-type=module the text would be read as a module.
  const worker = new Worker(source, { eval: true, execArgv: [] });
  worker.on('message', onMessage);
  worker.on('error', onEnd);
  worker.on('exit', (code) => onEnd(new Error(`WebAssembly worker exited with code ${code}`)));
  worker.unref();
  return worker;
}
