// A process that wants locks: `node lockContender.js`. It answers each message {path, at} with whether it got the lock, at the moment `at`
// of the clock, and gives it back on {release: true}.
import { takeLock } from '../../src/platform/lockFile';

let release: (() => void) | null = null;

process.on('message', ({ path, at }: { path?: string; at?: number }) => {
  if (path === undefined) {
    release?.();
    release = null;
    process.send!('released');
    return;
  }
  // All contenders leave this loop at once.
  while (Date.now() < at!);
  try {
    release = takeLock(path);
    process.send!('taken');
  } catch (error) {
    process.send!((error as Error).message);
  }
});
process.send!('ready');
