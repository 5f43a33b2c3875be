import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../support/root';
import { importTool, isAlive, skip, start, tool, workspace, writeNotebook, writeScript } from './workspace';

const test = suite('npm start');
const posix = process.platform !== 'win32';
const isRoot = process.getuid?.() === 0;

test('an old Node.js is told what it lacks', async () => {
  const old =
    "data:text/javascript,Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.18.3' } })";
  const { status, output } = await start(['--import', old, tool('start.mjs')]).ended;
  assert.is(status, 1);
  assert.is(output, 'detseg needs Node.js 20.19 or newer; this is 20.18.3. Install it from https://nodejs.org\n');
});

test('takes $JUPYTER, then PATH, then .venv, and passes over programs that do not run', async () => {
  if (!posix) return skip('fake programs need a POSIX shell');
  const { findJupyter } = await importTool('jupyter.mjs');
  const folder = workspace();
  const [first, second, broken] = ['first', 'second', 'broken'].map((name) => join(folder, name));
  const venv = join(folder, 'venv');
  const program = (where: string, name: string) => writeScript(join(where, name), 'echo 4.0.0');
  const search = (...folders: string[]) => ({ PATH: [...folders, '/usr/bin', '/bin'].join(delimiter) });
  // Only what lies in the test's own folder counts here, whatever Jupyter this machine has.
  const found = (env: object) => findJupyter({ env: { ...env }, venv });

  const named = program(join(folder, 'named'), 'jupyter-notebook');
  const lab = program(second, 'jupyter-lab');
  const notebook = program(first, 'jupyter-notebook');
  writeScript(join(broken, 'jupyter-lab'), 'echo "pyenv: jupyter-lab: command not found" >&2; exit 127');
  const inVenv = program(join(venv, 'bin'), 'jupyter-lab');
  // `jupyter` alone, which knows `notebook` and not `lab`.
  const umbrella = writeScript(join(folder, 'umbrella', 'jupyter'), '[ "$1" = notebook ] && echo 6.5.7');

  assert.equal(found({ ...search(first, second), JUPYTER: named }), { command: named, args: [], kind: 'notebook' });
  assert.equal(found({ ...search(first, second), JUPYTER: 'jupyter-lab' }), { command: lab, args: [], kind: 'lab' });
  assert.equal(found(search(first, second)), { command: lab, args: [], kind: 'lab' });
  assert.equal(found({ PATH: first }), { command: notebook, args: [], kind: 'notebook' });
  assert.equal(found({ PATH: [broken, dirname(umbrella)].join(delimiter) }), {
    command: umbrella,
    args: ['notebook'],
    kind: 'notebook',
  });
  assert.equal(found({ PATH: broken }), { command: inVenv, args: [], kind: 'lab' });
  assert.is(findJupyter({ env: { PATH: broken }, venv: join(folder, 'none') }), null);
  assert.throws(
    () => found({ ...search(first), JUPYTER: join(broken, 'jupyter-lab') }),
    `JUPYTER: expected a Jupyter program that runs, got "${join(broken, 'jupyter-lab')}"`,
  );
  assert.throws(
    () => found({ ...search(first), JUPYTER: 'nowhere' }),
    'JUPYTER: expected a Jupyter program that runs, got "nowhere"',
  );
});

test('finds a Python that can make an environment, or names what it lacks', async () => {
  if (!posix) return skip('fake programs need a POSIX shell');
  const { findPython } = await importTool('python.mjs');
  const folder = workspace();
  const python = (name: string, version: string, venv: boolean) =>
    writeScript(
      join(folder, name, 'python3'),
      `case "$2" in *version_info*) echo ${version};; *) exit ${venv ? 0 : 1};; esac`,
    );
  const old = python('old', '3.6', true);
  const bare = python('bare', '3.11', false);
  const whole = python('whole', '3.12', true);
  writeScript(join(folder, 'shim', 'python3'), 'exit 127');
  const path = (...names: string[]) => ({ PATH: names.map((name) => join(folder, name)).join(delimiter) });

  assert.equal(findPython(path('shim', 'old', 'bare', 'whole')), { command: whole, version: '3.12' });
  assert.equal(findPython(path('shim', 'old', 'bare')), { problem: 'venv', command: bare, version: '3.11' });
  assert.equal(findPython(path('old')), { problem: 'old', command: old, version: '3.6' });
  assert.equal(findPython(path('shim')), { problem: 'missing' });
});

test('says what to install on each system', async () => {
  const { pythonAdvice } = await importTool('python.mjs');
  const linux = (release: string) => ({ platform: 'linux', release, isRoot: false });
  const missing = { problem: 'missing' };
  const venv = { problem: 'venv', version: '3.11', command: '/usr/bin/python3' };
  const ubuntu = 'NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n';
  const lacking = 'Python 3 is not installed. Install it ';
  assert.is(pythonAdvice(missing, linux(ubuntu)), `${lacking}with:  sudo apt install python3 python3-venv`);
  assert.is(
    pythonAdvice(venv, linux('ID=debian\n')),
    'Python 3.11 (/usr/bin/python3) comes without its venv module. Install it with:  sudo apt install python3.11-venv',
  );
  assert.match(pythonAdvice(venv, { ...linux('ID=debian\n'), isRoot: true }), /with: {2}apt install python3\.11-venv$/);
  assert.is(pythonAdvice(missing, linux('ID=fedora\n')), `${lacking}with:  sudo dnf install python3 python3-pip`);
  assert.match(pythonAdvice(missing, linux('ID="rocky"\nID_LIKE="rhel centos fedora"\n')), /sudo dnf install/);
  assert.is(pythonAdvice(missing, linux('ID=manjaro\nID_LIKE=arch\n')), `${lacking}with:  sudo pacman -S python`);
  assert.is(pythonAdvice(missing, { platform: 'darwin' }), `${lacking}with:  brew install python`);
  assert.is(pythonAdvice(missing, { platform: 'win32' }), `${lacking}with:  winget install Python.Python.3.13`);
  assert.is(pythonAdvice(missing, linux('ID=unheardof\n')), `${lacking}from https://www.python.org/downloads`);
  assert.match(
    pythonAdvice({ problem: 'old', version: '3.6', command: '/opt/python3' }, linux('ID=arch\n')),
    /3\.6 \(\/opt\/python3\) is older than 3\.9\. /,
  );
});

test('without Python it says what to install and executes the notebook all the same', async () => {
  if (existsSync(join(root, '.venv'))) return skip('this checkout has a .venv, which npm start would use');
  const folder = workspace();
  mkdirSync(join(folder, 'empty'));
  const file = writeNotebook(join(folder, 'plain.ipynb'), ["console.log('executed');"]);
  const env = { ...process.env, PATH: join(folder, 'empty'), JUPYTER: '' };
  const { status, output } = await start([tool('start.mjs'), '--no-build', file, '--no-browser'], env).ended;
  assert.match(output, /^Jupyter cannot be started\. Python 3 is not installed\. Install it /);
  assert.match(output, /\n1 executed, 0 failed\n$/);
  assert.is(status, 0);
  assert.match(readFileSync(file, 'utf8'), /"executed\\n"/);
});

test('hands its arguments on, keeps Jupyter inside the project, and ends it on Ctrl-C', async () => {
  if (!posix) return skip('fake programs need a POSIX shell');
  const folder = workspace();
  const record = join(folder, 'record');
  const jupyter = writeScript(
    join(folder, 'jupyter-lab'),
    `[ "$1" = --version ] && exit 0
env | grep -E '^(JUPYTER|IPYTHON)' > ${record}; pwd >> ${record}; for word in "$@"; do echo "arg $word" >> ${record}; done
trap 'echo ended >> ${record}; exit 0' TERM
echo ready; while :; do sleep 0.1; done`,
  );
  const { child, ended, until } = start([tool('start.mjs'), '--no-build', '--no-browser', '--port=8890'], {
    ...process.env,
    JUPYTER: jupyter,
  });
  await until(/^ready$/m);
  child.kill('SIGINT');
  const { status } = await ended;
  const recorded = readFileSync(record, 'utf8');
  assert.is(status, 0);
  assert.match(recorded, /^ended$/m);
  assert.ok(recorded.includes(`\n${root}\n`));
  for (const word of [
    '--no-browser',
    '--port=8890',
    `--notebook-dir=${root}`,
    '--MappingKernelManager.default_kernel_name=tslab',
  ]) {
    assert.ok(recorded.includes(`\narg ${word}\n`), word);
  }
  assert.is(/^arg --allow-root$/m.test(recorded), isRoot);
  assert.not.match(recorded, /token/);
  for (const name of ['JUPYTER_CONFIG_DIR', 'JUPYTER_DATA_DIR', 'JUPYTER_RUNTIME_DIR', 'JUPYTER_PATH', 'IPYTHONDIR']) {
    assert.match(recorded, new RegExp(`^${name}=${join(root, '.jupyter')}/`, 'm'));
  }
  const kernel = JSON.parse(readFileSync(join(root, '.jupyter', 'share', 'kernels', 'tslab', 'kernel.json'), 'utf8'));
  assert.is(kernel.argv[0], process.execPath);
  assert.ok(kernel.argv.includes(join(root, 'node_modules', 'tslab', 'bin', 'tslab')));
  assert.is(kernel.display_name, 'TypeScript');
});

test('ends Jupyter also where it is killed itself', async () => {
  if (!posix) return skip('ending a group of processes by a signal needs POSIX');
  const folder = workspace();
  const record = join(folder, 'record');
  const jupyter = writeScript(
    join(folder, 'jupyter-lab'),
    `[ "$1" = --version ] && exit 0
trap 'echo ended >> ${record}; exit 0' TERM
echo "server $$"; while :; do sleep 0.1; done`,
  );
  const words = [tool('start.mjs'), '--no-build', '--no-browser'];
  const { child, until, output } = start(words, { ...process.env, JUPYTER: jupyter });
  await until(/^server \d+$/m);
  const pid = Number(/^server (\d+)$/m.exec(output())![1]);
  assert.ok(isAlive(pid));
  child.kill('SIGKILL');
  for (const end = performance.now() + 60_000; isAlive(pid) && performance.now() < end; ) {
    await new Promise((resume) => setTimeout(resume, 50));
  }
  const outlived = isAlive(pid);
  // What outlives its command holds the pipes of this test open.
  if (outlived) process.kill(-pid, 'SIGKILL');
  assert.not.ok(outlived);
  assert.is(readFileSync(record, 'utf8'), 'ended\n');
});

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

test('a real Jupyter serves the notebook, runs its cells, and leaves no process behind', async () => {
  const { findJupyter } = await importTool('jupyter.mjs');
  if (!findJupyter()) return skip('no Jupyter on PATH, in .venv or in $JUPYTER');
  if (!posix) return skip('ending the server by a signal needs POSIX');
  const folder = workspace();
  const file = writeNotebook(join(folder, 'served.ipynb'), ['const answer: number = 6 * 7;\nanswer', 'process.pid']);
  const port = await freePort();
  const server = start([tool('start.mjs'), '--no-build', '--no-browser', `--port=${port}`, '--port-retries=0', file]);
  let kernel: number;
  try {
    await server.until(/is running at/);
    const token = JSON.parse(readFileSync(await runtimeFile(port), 'utf8')).token;
    assert.ok(token.length >= 32, 'the token is kept');

    const client = ['--experimental-websocket', '--no-warnings', join(__dirname, 'serverClient.js')];
    const path = file.slice(root.length + 1);
    const { status, output } = await start([...client, `http://127.0.0.1:${port}`, token, path]).ended;
    assert.is(status, 0, output);
    const [unauthorised, ...results] = JSON.parse(output);
    assert.is(unauthorised, 403);
    assert.is(results[0], '42\n');
    kernel = Number(results[1]);
    assert.ok(isAlive(kernel));
  } finally {
    server.child.kill('SIGINT');
  }
  assert.is((await server.ended).status, 0);
  assert.not.ok(isAlive(kernel));
});

/** Jupyter's own record of the server at this port, which it may write after it has said that it runs. */
async function runtimeFile(port: number): Promise<string> {
  const folder = join(root, '.jupyter', 'runtime');
  const isOfServer = (name: string) => {
    try {
      return JSON.parse(readFileSync(join(folder, name), 'utf8')).port === port;
    } catch {
      // Half written.
      return false;
    }
  };
  let files: string[] = [];
  for (const end = performance.now() + 30_000; performance.now() < end; ) {
    files = existsSync(folder) ? readdirSync(folder).filter((name) => /^(jp|nb)server-\d+\.json$/.test(name)) : [];
    const file = files.find(isOfServer);
    if (file) return join(folder, file);
    await new Promise((resume) => setTimeout(resume, 100));
  }
  throw new Error(`no server at port ${port} among ${files.join(', ')}`);
}

test.run();
