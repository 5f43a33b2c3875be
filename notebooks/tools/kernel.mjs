// A client of one TypeScript kernel: starts tslab and speaks the Jupyter messaging protocol with it over ZeroMQ.
// https://jupyter-client.readthedocs.io/en/stable/messaging.html
import { spawn } from 'node:child_process';
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './setup.mjs';

const delimiter = '<IDS|MSG>';
const startLimitMs = 60_000;
const portTaken = /EADDRINUSE|address (already )?in use/i;
const nativeOutputLimit = 64 * 1024;

/** The command line of the kernel; `connectionFile` is a path, or Jupyter's placeholder `{connection_file}`. */
export function kernelCommand(connectionFile) {
  const tslab = join(root, 'node_modules', 'tslab', 'bin', 'tslab');
  return [
    process.execPath,
    join(root, 'notebooks', 'tools', 'kernel.cjs'),
    tslab,
    'kernel',
    `--config-path=${connectionFile}`,
  ];
}

/** `count` free TCP ports of this machine, held open together while they are chosen so that none comes twice. */
async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', () => resolve(server));
      });
    }),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

const running = new Set();

/** Ends every kernel that this process has started; for a signal handler. */
export function stopKernels() {
  for (const kernel of running) kernel.stop();
}

/** A running kernel. `Kernel.start` makes one, `execute` runs a cell, `stop` ends its process. */
export class Kernel {
  #child;
  #folder;
  #key;
  #shell;
  #iopub;
  #session = randomUUID();
  #waiting = new Map();
  #sending = Promise.resolve();
  #nativeOutput = '';
  #onOutput = () => {};
  #stopped = false;
  #died;

  /** Starts a kernel whose working directory is `folder`; `onOutput(message)` receives every output of every cell. */
  static async start(folder, { onOutput = () => {} } = {}) {
    // A port may be taken between its choice and the kernel's bind: then the kernel does not answer, and another try finds others.
    for (let attempt = 1; ; attempt++) {
      const kernel = new Kernel();
      running.add(kernel);
      kernel.#onOutput = onOutput;
      try {
        await kernel.#launch(folder);
        return kernel;
      } catch (error) {
        kernel.stop();
        if (attempt === 3 || !portTaken.test(error.message)) throw error;
      }
    }
  }

  async #launch(folder) {
    // The ZeroMQ that tslab itself brings: a second copy of the native addon could differ from the one at the other end.
    const zmq = createRequire(join(root, 'node_modules', 'tslab', 'package.json'))('zeromq');
    const [shell_port, iopub_port, stdin_port, control_port, hb_port] = await freePorts(5);
    this.#key = randomBytes(32).toString('hex');
    this.#folder = mkdtempSync(join(tmpdir(), 'detseg-kernel-'));
    const connection = { transport: 'tcp', ip: '127.0.0.1', shell_port, iopub_port, stdin_port, control_port, hb_port };
    const connectionFile = join(this.#folder, 'connection.json');
    writeFileSync(
      connectionFile,
      JSON.stringify({ ...connection, key: this.#key, signature_scheme: 'hmac-sha256', kernel_name: 'tslab' }),
      { mode: 0o600 },
    );
    const [command, ...args] = kernelCommand(connectionFile);
    this.#child = spawn(command, args, {
      cwd: folder,
      // The kernel leads its own process group: Ctrl-C reaches this process alone, which then ends the kernel and all that it started.
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      env: { ...process.env, FORCE_COLOR: '0' },
    });
    const keepTail = (chunk) => {
      this.#nativeOutput = (this.#nativeOutput + chunk).slice(-nativeOutputLimit);
    };
    this.#child.stdout.on('data', keepTail);
    this.#child.stderr.on('data', keepTail);
    this.#died = new Promise((_, reject) => {
      this.#child.once('error', (error) => reject(new Error(`the kernel did not start: ${error.message}`)));
      this.#child.once('close', (code, signal) => {
        const ending = signal ? `signal ${signal}` : `exit code ${code}`;
        reject(new Error(`the kernel died (${ending})\n${this.#nativeOutput}`.trimEnd()));
      });
    });
    this.#died.catch(() => {});

    this.#shell = new zmq.Dealer({ linger: 0, receiveHighWaterMark: 0 });
    // Unlimited: a cell that prints faster than this process reads must not lose lines.
    this.#iopub = new zmq.Subscriber({ linger: 0, receiveHighWaterMark: 0 });
    this.#iopub.subscribe();
    this.#shell.connect(`tcp://127.0.0.1:${shell_port}`);
    this.#iopub.connect(`tcp://127.0.0.1:${iopub_port}`);
    this.#read(this.#shell, 'reply');
    this.#read(this.#iopub, 'output');
    await this.#ready();
  }

  /** Asks until the answer has come on both channels: a subscriber misses what was published before it had connected. */
  async #ready() {
    const deadline = Date.now() + startLimitMs;
    while (Date.now() < deadline) {
      const request = this.#request('kernel_info_request', {});
      const answer = await Promise.race([request.done, this.#died, delay(500).then(() => null)]);
      if (answer) {
        this.languageInfo = answer.content.language_info;
        return;
      }
      this.#waiting.delete(request.id);
      if (portTaken.test(this.#nativeOutput)) throw new Error(this.#nativeOutput);
    }
    throw new Error(`the kernel did not answer within ${startLimitMs / 1000} s\n${this.#nativeOutput}`.trimEnd());
  }

  async #read(socket, channel) {
    try {
      for await (const frames of socket) this.#receive(frames, channel);
    } catch (error) {
      if (!this.#stopped) throw error;
    }
  }

  #receive(frames, channel) {
    const start = frames.findIndex((frame) => frame.toString() === delimiter);
    if (start < 0) return;
    const [signature, ...parts] = frames.slice(start + 1);
    if (signature.toString() !== this.#sign(parts.slice(0, 4))) return;
    const [header, parent, , content] = parts.slice(0, 4).map((part) => JSON.parse(part.toString()));
    const message = { type: header.msg_type, parent: parent.msg_id, content };
    const entry = this.#waiting.get(message.parent);
    if (channel === 'output' && message.type !== 'status') this.#onOutput(message);
    if (!entry) return;
    if (channel === 'reply') entry.reply = message;
    else if (message.type === 'status' && content.execution_state === 'idle') entry.idle = true;
    // The two channels are not ordered between them: a cell has ended when both have said so.
    if (entry.reply && entry.idle) {
      this.#waiting.delete(message.parent);
      entry.resolve(entry.reply);
    }
  }

  #sign(parts) {
    const hash = createHmac('sha256', this.#key);
    for (const part of parts) hash.update(part);
    return hash.digest('hex');
  }

  #request(type, content) {
    const id = randomUUID();
    const header = {
      msg_id: id,
      session: this.#session,
      username: 'detseg',
      msg_type: type,
      version: '5.3',
      date: new Date().toISOString(),
    };
    const parts = [header, {}, {}, content].map((part) => JSON.stringify(part));
    const done = new Promise((resolve) => {
      this.#waiting.set(id, { resolve });
    });
    // One after the other: the addon refuses a second message while the first is under way.
    this.#sending = this.#sending.then(() => this.#shell.send([delimiter, this.#sign(parts), ...parts]));
    this.#sending.catch(() => {});
    return { id, done };
  }

  /**
   * Runs one cell. Resolves to the content of its `execute_reply` once every output of it has been handed over;
   * rejects when the kernel dies. `onStart(id)` receives the id that the cell's outputs carry as `parent`.
   */
  async execute(code, onStart = () => {}) {
    const content = {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: true,
    };
    const request = this.#request('execute_request', content);
    onStart(request.id);
    const reply = await Promise.race([request.done, this.#died]);
    // After an error tslab drops every cell that comes within 200 ms.
    if (reply.content.status !== 'ok') await delay(300);
    // An unhandled rejection is reported just after the cell's end; one more round trip brings it in while the cell is still at hand.
    await Promise.race([this.#request('kernel_info_request', {}).done, this.#died]);
    return reply.content;
  }

  /** Ends the kernel and every process that it started. Synchronous, so that a signal handler can call it. */
  stop() {
    if (this.#stopped) return;
    this.#stopped = true;
    running.delete(this);
    this.#shell?.close();
    this.#iopub?.close();
    const pid = this.#child?.pid;
    if (pid && this.#child.exitCode === null && this.#child.signalCode === null) {
      try {
        if (process.platform === 'win32') this.#child.kill();
        else process.kill(-pid, 'SIGKILL');
      } catch {
        // It ended by itself meanwhile.
      }
    }
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true });
  }
}

function delay(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
