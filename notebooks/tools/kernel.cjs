// Starts the TypeScript kernel, tslab, and mends two things in it.
// Usage: node kernel.cjs <tslab's bin file> kernel --config-path=<connection file>
const { createRequire } = require('node:module');
const { Worker } = require('node:worker_threads');

// 1. A cell that printed or displayed more than about 500 times without an `await` lost the rest, and the cell's end with it, so that
//    it never finished: the ZeroMQ addon sends 512 messages at once, then wants the event loop back. With a time limit of 0 it
//    sends each message in place, and without a high-water mark none is dropped.
const { Publisher } = createRequire(require.resolve(process.argv[2]))('zeromq');
const { bind } = Publisher.prototype;
// Defined, not assigned: the addon's own method is read-only.
Object.defineProperty(Publisher.prototype, 'bind', {
  value: function (...address) {
    this.sendTimeout = 0;
    this.sendHighWaterMark = 0;
    return bind.apply(this, address);
  },
});

// 2. Jupyter starts kernels in a session of their own, where neither Ctrl-C nor the end of a killed server reaches them:
//    a thread ends this process when its parent is gone, even in the middle of a cell that never returns.
function watchParent() {
  const { ppid, pid, platform, kill } = process;
  setInterval(() => {
    let gone = platform !== 'win32' && process.ppid !== ppid;
    try {
      kill(ppid, 0);
    } catch (error) {
      gone ||= error.code === 'ESRCH';
    }
    if (gone) kill(pid, 'SIGKILL');
  }, 1000);
}
new Worker(`(${watchParent})()`, { eval: true }).unref();

process.argv.splice(1, 1);
require(process.argv[1]);
