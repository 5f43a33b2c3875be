// `npm start`: opens the notebooks in Jupyter, and makes what is missing for that: dependencies, build, JupyterLab, kernel.
//   npm start                                   opens notebooks/001-start.ipynb
//   npm start -- notebooks/102-kMeans.ipynb      opens this one
//   npm start -- --no-browser --port=8890       further words go to Jupyter (but --no-build: takes dist/ as it is)
// JUPYTER=<program> chooses the Jupyter. Without Python the notebooks are executed headless, as `npm run notebooks` does.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { exitCodes, onEnding } from './ending.mjs';
import { findJupyter, projectEnvironment, serverArguments, trustNotebooks } from './jupyter.mjs';
import { findPython, installJupyterLab, pythonAdvice, spawnArguments } from './python.mjs';
import { ensureBuilt, ensureNode, root } from './setup.mjs';

const graceMs = 15_000;
let running = null;

/** Ends the child: first politely, so that Jupyter ends its kernels; at the second signal, or after a while, at once. */
function end(signal) {
  if (!running) process.exit(exitCodes[signal]);
  const { child, group } = running;
  const windows = process.platform === 'win32';
  const kill = (how) => {
    try {
      if (windows) spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f'], { windowsHide: true });
      else process.kill(group ? -child.pid : child.pid, how);
    } catch {
      // It has ended by itself.
    }
  };
  if (running.ending) return kill('SIGKILL');
  running.ending = signal;
  // On Windows Ctrl-C has reached the child already, and there is no other polite way.
  if (!windows) kill('SIGTERM');
  setTimeout(() => kill('SIGKILL'), windows ? 5000 : graceMs).unref();
}

/**
 * A process that ends a group of processes where this one is killed. It is there before the group is, because this process can be killed
 * at any time: `guard(pid)` tells it the group, `release()` calls it off.
 */
function watch() {
  const dog = spawn(process.execPath, [join(root, 'notebooks', 'tools', 'watchdog.mjs')], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    windowsHide: true,
  });
  dog.on('error', () => {});
  dog.stdin.on('error', () => {});
  dog.unref();
  return { guard: (pid) => dog.stdin.write(`${pid}\n`), release: () => dog.stdin.end('ended\n') };
}

/** A program waits for a line before it begins, or ends where none comes: until then nobody watches over it. Windows has no `sh`. */
const gate = ['/bin/sh', '-c', 'read -r _ && exec "$0" "$@" </dev/null'];

/** Runs a program on this terminal until it ends; resolves to the exit code for this process. */
function runToEnd(command, args, { env = process.env, group }) {
  const isGated = group && process.platform !== 'win32';
  const [first, ...before] = isGated ? [...gate, command] : [command];
  const { file, words, options } = spawnArguments(first, [...before, ...args]);
  return new Promise((resolve) => {
    const dog = group ? watch() : undefined;
    const child = spawn(file, words, {
      ...options,
      cwd: root,
      env,
      // Jupyter must not see the terminal: it would answer Ctrl-C with a question. In a group of its own it gets one signal, from here.
      stdio: [isGated ? 'pipe' : group ? 'ignore' : 'inherit', 'inherit', 'inherit'],
      detached: isGated,
    });
    if (child.pid !== undefined) dog?.guard(child.pid);
    if (isGated) child.stdin.on('error', () => {}).end('\n');
    running = { child, group, ending: null };
    child.once('error', (error) => {
      console.error(`${command}: ${error.message}`);
      dog?.release();
      resolve(1);
    });
    child.once('close', (code) => {
      dog?.release();
      // Ctrl-C is the usual way of closing Jupyter, no failure.
      const { ending } = running;
      if (ending) resolve(ending === 'SIGINT' && group ? 0 : exitCodes[ending]);
      else resolve(code ?? 1);
    });
  });
}

/** Executes the notebooks without Jupyter: those that the words name, or all. */
function runHeadless(reason, args) {
  console.log(`Jupyter cannot be started. ${reason}`);
  console.log(
    'Until then the notebooks are executed here, without Jupyter, and their results are written into notebooks/*.ipynb,',
  );
  console.log('which an editor such as VS Code shows.');
  const notebooks = args.filter((word) => word.endsWith('.ipynb'));
  const runner = join(root, 'notebooks', 'tools', 'run.mjs');
  return runToEnd(process.execPath, [runner, '--no-build', ...notebooks], { group: false });
}

async function main() {
  ensureNode();
  const args = process.argv.slice(2).filter((word) => word !== '--no-build');
  if (args.length === process.argv.length - 2) ensureBuilt();

  let server = findJupyter();
  if (!server) {
    const python = findPython();
    if (python.problem) return runHeadless(pythonAdvice(python), args);
    const failure = await installJupyterLab(python.command, join(root, '.venv'));
    if (failure) return runHeadless(`${failure}\nIs this machine online? Run npm start again when it is.`, args);
    server = findJupyter();
    if (!server)
      return runHeadless(
        'JupyterLab was installed into .venv and does not run there: remove .venv and try again.',
        args,
      );
  }
  const env = projectEnvironment();
  trustNotebooks(server, env);
  console.log(`Starting ${server.command} ${server.args.join(' ')} (Ctrl-C ends it)`);
  return runToEnd(server.command, [...server.args, ...serverArguments(server, args)], { env, group: true });
}

onEnding(end);
main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
