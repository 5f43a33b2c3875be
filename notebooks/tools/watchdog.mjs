// Ends Jupyter where the command that started it was killed at once, without a signal that it could have heard: the pipe from that command
// closes then, whatever became of it. The first line through the pipe is Jupyter's pid, a second one says that it has ended by itself.
import { spawnSync } from 'node:child_process';

let told = '';
let pid;
const graceMs = 15_000;
const windows = process.platform === 'win32';

/** Sends a signal to Jupyter and its kernels; returns whether there was anyone to hear it. */
function kill(signal) {
  if (windows) return spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'], { windowsHide: true }).status === 0;
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

let ended = false;
process.stdin.setEncoding('utf8').on('data', (text) => {
  told += text;
  const lines = told.split('\n');
  if (lines.length > 1) pid ??= Number(lines[0]);
  ended = lines.includes('ended');
});
process.stdin.on('close', () => {
  if (ended || !pid || !kill('SIGTERM') || windows) process.exit();
  const started = Date.now();
  const timer = setInterval(() => {
    if (!kill(0)) process.exit();
    if (Date.now() - started < graceMs) return;
    clearInterval(timer);
    kill('SIGKILL');
  }, 200);
});
// It shares the terminal, and Ctrl-C is not for it.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM']) process.on(signal, () => {});
