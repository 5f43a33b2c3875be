// Ends Jupyter where the command that started it was killed at once, without a signal that it could have heard: the pipe from that command
// closes then, whatever became of it. Started as `node watchdog.mjs <pid>`; a line through the pipe says that Jupyter has ended by itself.
import { spawnSync } from 'node:child_process';

const pid = Number(process.argv[2]);
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
process.stdin.on('data', () => {
  ended = true;
});
process.stdin.on('close', () => {
  if (ended || !kill('SIGTERM') || windows) process.exit();
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
