import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';

/** A thread that is asked, and waited for, by a caller that cannot wait in any other way. */
export interface WaitingThread {
  /**
   * Asks, and waits for the answer; the caller's own thread stands still.
   * @throws the text that the thread refuses with, and where there is no answer within the time.
   */
  ask(question: unknown): any;
}

/** What every such thread runs: it answers with what the function `answer` of its source makes of a question. */
const listening = `
const { parentPort, workerData: { port, flag } } = require('node:worker_threads');
parentPort.on('message', async (question) => {
  let reply;
  try {
    const value = await answer(question);
    reply = { value };
  } catch (error) {
    reply = { refusal: String((error && error.message) || error) };
  }
  const bytes = reply.value && reply.value.bytes;
  // Bytes that have a buffer of their own are handed over, and not copied.
  const own = bytes && bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer;
  try {
    port.postMessage(reply, own ? [bytes.buffer] : []);
  } catch {
    port.postMessage(reply);
  }
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
});
`;

/**
 * A thread that is started with the first question, and then kept; it does not keep the process alive.
 * @param source text of JavaScript (CommonJS) with a function `answer(question)`, which may be asynchronous. @param seconds for an answer.
 */
export function waitingThread(source: string, seconds: number): WaitingThread {
  let started: { worker: Worker; receive(): any; flag: Int32Array } | null = null;
  const start = () => {
    const flag = new Int32Array(new SharedArrayBuffer(4));
    const { port1, port2 } = new MessageChannel();
    const workerData = { port: port2, flag };
    const worker = new Worker(source + listening, { eval: true, execArgv: [], workerData, transferList: [port2] });
    // What fails there is not told while this thread waits, and is refused as an answer that never came.
    worker.on('error', () => {});
    worker.unref();
    port1.unref();
    return { worker, flag, receive: () => receiveMessageOnPort(port1)?.message };
  };
  return {
    ask(question) {
      started ??= start();
      const { worker, flag, receive } = started;
      Atomics.store(flag, 0, 0);
      worker.postMessage(question);
      const ended = Atomics.wait(flag, 0, 0, 1000 * seconds);
      const reply = ended === 'timed-out' ? undefined : receive();
      if (reply === undefined) {
        started = null;
        worker.terminate();
        throw new Error(`no answer within ${seconds} s`);
      }
      if (reply.refusal !== undefined) throw new Error(reply.refusal);
      return reply.value;
    },
  };
}
