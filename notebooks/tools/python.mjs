// Python, which only Jupyter needs: finds one that can make a virtual environment, makes it, or says what to install.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const oldest = [3, 9];

/** What is installed where there is no Jupyter: the range of versions whose settings and pages the course knows. Named here alone. */
const jupyterLab = 'jupyterlab>=4.4,<5';

/** The programs of these names on PATH, in the order of `names`, then of PATH. */
export function programs(names, env = process.env) {
  const windows = process.platform === 'win32';
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter(Boolean);
  const endings = windows ? (env.PATHEXT ?? '.EXE;.CMD;.BAT').split(';') : [''];
  const isProgram = (file) => {
    const status = statSync(file, { throwIfNoEntry: false });
    return status?.isFile() && (windows || (status.mode & 0o111) !== 0);
  };
  return names.flatMap((name) =>
    folders.flatMap((folder) => endings.map((ending) => join(folder, name + ending)).filter(isProgram)),
  );
}

/** Windows runs .cmd and .bat files through its shell alone, which wants quotes around blanks. */
export function spawnArguments(command, args) {
  const throughShell = process.platform === 'win32' && /\.(cmd|bat)$/i.test(command);
  const quoted = (word) => (throughShell && /\s/.test(word) ? `"${word}"` : word);
  return { file: quoted(command), words: args.map(quoted), options: { shell: throughShell, windowsHide: true } };
}

/** Runs a program to its end, for at most 30 s. Returns its exit status (null where it did not run) and its standard output. */
export function ask(command, args, env = process.env) {
  const { file, words, options } = spawnArguments(command, args);
  const result = spawnSync(file, words, { ...options, env, encoding: 'utf8', timeout: 30_000 });
  return { status: result.status, output: result.stdout ?? '' };
}

/** The path of a program inside a virtual environment. */
export function inEnvironment(folder, name) {
  return process.platform === 'win32' ? join(folder, 'Scripts', `${name}.exe`) : join(folder, 'bin', name);
}

/**
 * The first Python on PATH that can make a virtual environment: `{ command, version }`; else `{ problem }`, which is `missing`, `old`
 * or `venv` (Debian packs that module apart), with the version of the Python that came closest.
 */
export function findPython(env = process.env) {
  let closest = { problem: 'missing' };
  for (const command of programs(['python3', 'python', 'py'], env)) {
    const { status, output } = ask(command, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], env);
    const version = /^(\d+)\.(\d+)\s*$/.exec(output);
    // A launcher without a Python behind it (pyenv, the Windows store) fails here.
    if (status !== 0 || !version) continue;
    const [major, minor] = version.slice(1).map(Number);
    const found = { command, version: `${major}.${minor}` };
    if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
      if (closest.problem === 'missing') closest = { problem: 'old', ...found };
    } else if (ask(command, ['-c', 'import venv, ensurepip'], env).status !== 0) {
      if (closest.problem !== 'venv') closest = { problem: 'venv', ...found };
    } else {
      return found;
    }
  }
  return closest;
}

function osRelease() {
  const file = ['/etc/os-release', '/usr/lib/os-release'].find((name) => existsSync(name));
  return file ? readFileSync(file, 'utf8') : '';
}

/** What is wrong with this system's Python and the command that mends it; `problem` is what `findPython` returned. */
export function pythonAdvice(
  { problem, version, command },
  { platform = process.platform, release = osRelease(), isRoot } = {},
) {
  const sudo = (isRoot ?? process.getuid?.() === 0) ? '' : 'sudo ';
  const field = (name) => new RegExp(`^${name}="?([^"\\n]*)`, 'm').exec(release)?.[1] ?? '';
  const families = `${field('ID')} ${field('ID_LIKE')}`.toLowerCase().split(/\s+/);
  const is = (...names) => platform === 'linux' && names.some((name) => families.includes(name));
  const what = {
    missing: 'Python 3 is not installed',
    old: `Python ${version} (${command}) is older than ${oldest.join('.')}`,
    venv: `Python ${version} (${command}) comes without its venv module`,
  }[problem];

  let how;
  if (platform === 'darwin') how = 'brew install python';
  else if (platform === 'win32') how = 'winget install Python.Python.3.13';
  else if (is('debian', 'ubuntu'))
    how = `${sudo}apt install ${problem === 'venv' ? `python${version}-venv` : 'python3 python3-venv'}`;
  else if (is('fedora', 'rhel', 'centos')) how = `${sudo}dnf install python3 python3-pip`;
  else if (is('arch')) how = `${sudo}pacman -S python`;
  else if (is('suse', 'opensuse', 'sles')) how = `${sudo}zypper install python3 python3-pip`;
  else if (is('alpine')) how = `${sudo}apk add python3`;
  return how ? `${what}. Install it with:  ${how}` : `${what}. Install it from https://www.python.org/downloads`;
}

/** Runs a slow command behind one line that shows its last message and the seconds. Resolves to `{ status, output }`. */
function withProgress(title, command, args, env) {
  return new Promise((resolve) => {
    const started = Date.now();
    const terminal = process.stdout.isTTY;
    let output = '';
    const show = () => {
      const last = output.trimEnd().split('\n').at(-1).trim();
      const line = `${title} … ${Math.round((Date.now() - started) / 1000)} s  ${last}`;
      process.stdout.write(terminal ? `\r\x1b[K${line.slice(0, (process.stdout.columns ?? 80) - 1)}` : `${line}\n`);
    };
    console.log(`${title} …`);
    const timer = setInterval(show, terminal ? 500 : 15_000);
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    const stop = () => child.kill();
    process.once('exit', stop);
    const keep = (chunk) => {
      output = (output + chunk).slice(-20_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const end = (status) => {
      clearInterval(timer);
      process.off('exit', stop);
      if (terminal) process.stdout.write('\r\x1b[K');
      resolve({ status, output });
    };
    child.once('error', (error) => {
      output += error.message;
      end(null);
    });
    child.once('close', end);
  });
}

/**
 * Makes the virtual environment `folder` with Python `command`, or repairs it, and installs JupyterLab there.
 * Resolves to null, or to the reason why it failed.
 */
export async function installJupyterLab(command, folder, env = process.env) {
  const python = inEnvironment(folder, 'python');
  if (ask(python, ['-m', 'pip', '--version'], env).status !== 0) {
    const made = await withProgress(`Making ${folder}`, command, ['-m', 'venv', '--clear', folder], env);
    if (made.status !== 0) return `python -m venv failed:\n${made.output.trimEnd()}`;
  }
  const args = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--progress-bar=off', jupyterLab];
  const installed = await withProgress(`Installing JupyterLab into ${folder} (once, about 250 MB)`, python, args, env);
  if (installed.status === 0) return null;
  return `pip install ${jupyterLab} failed:\n${installed.output.trimEnd().split('\n').slice(-8).join('\n')}`;
}
