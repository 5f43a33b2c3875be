// Starts the TypeScript kernel, tslab, and mends three things in it.
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

// 3. An error that the library throws was shown with the line of the library in front, frames of the library and the kernel, and a number
//    of a line that the cell does not have: cells are translated. The sentence comes first now, then the lines of the cells that led to it,
//    as they are. Where there are none, the frames stay as they are. DETSEG_DEBUG=1 shows all.
if ((process.env.DETSEG_DEBUG ?? '') === '') {
  const vm = require('node:vm');
  const { runInThisContext } = vm;
  const cells = new Map();
  vm.runInThisContext = (code, options) => {
    const filename = `cell:${cells.size + 1}`;
    cells.set(filename, code.split('\n'));
    return runInThisContext(code, { ...options, filename, displayErrors: false });
  };
  const shown = (frame) => {
    const line = cells.get(frame.getFileName())?.[frame.getLineNumber() - 1]?.trim().replaceAll('exports.', '') ?? '';
    // The last line is the kernel's: it calls the cell.
    return line === '' || line.startsWith('})(__tslab__') ? [] : [line.length > 100 ? `${line.slice(0, 99)}…` : line];
  };
  Error.stackTraceLimit = 50;
  Error.prepareStackTrace = (error, frames) => {
    const lines = frames.flatMap(shown);
    return [String(error), ...(lines.length > 0 ? lines : frames.slice(0, 10))].join('\n    at ');
  };
}

process.argv.splice(1, 1);
require(process.argv[1]);
