// Jupyter: where it is, and how it runs for this project alone, with the TypeScript kernel and without a trace outside the project.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { kernelCommand } from './kernel.mjs';
import { ask, inEnvironment, programs } from './python.mjs';
import { root } from './setup.mjs';

/** Which server the program starts: `{ command, args, kind }`, or null where it does not run. */
function asServer(command, env) {
  const name = basename(command).replace(/\.\w+$/, '');
  const runs = (args) => ask(command, [...args, '--version'], env).status === 0;
  if (name === 'jupyter-lab') return runs([]) ? { command, args: [], kind: 'lab' } : null;
  if (name === 'jupyter-notebook') return runs([]) ? { command, args: [], kind: 'notebook' } : null;
  const kind = ['lab', 'notebook'].find((kind) => runs([kind]));
  return kind ? { command, args: [kind], kind } : null;
}

/**
 * The Jupyter to use: the program that $JUPYTER names; jupyter-lab, jupyter-notebook or jupyter on PATH; that of the virtual
 * environment `venv`; else null. Throws where $JUPYTER names none that runs.
 */
export function findJupyter({ env = process.env, venv = join(root, '.venv') } = {}) {
  if (env.JUPYTER) {
    const named = existsSync(env.JUPYTER) ? [env.JUPYTER] : programs([env.JUPYTER], env);
    const server = named.length ? asServer(named[0], env) : null;
    if (!server) throw new Error(`JUPYTER: expected a Jupyter program that runs, got "${env.JUPYTER}"`);
    return server;
  }
  const names = ['jupyter-lab', 'jupyter-notebook', 'jupyter'];
  const candidates = [
    ...programs(names, env),
    ...names.map((name) => inEnvironment(venv, name)).filter((file) => existsSync(file)),
  ];
  for (const command of candidates) {
    const server = asServer(command, env);
    if (server) return server;
  }
  return null;
}

function writeOnce(file, content) {
  if (existsSync(file) && readFileSync(file, 'utf8') === content) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.tmp`, content);
  renameSync(`${file}.tmp`, file);
}

/** Writes the kernel's description into `folder` and returns the environment in which Jupyter keeps everything there. */
export function projectEnvironment(env = process.env, folder = join(root, '.jupyter')) {
  const kernel = { argv: kernelCommand('{connection_file}'), display_name: 'TypeScript', language: 'typescript' };
  writeOnce(join(folder, 'share', 'kernels', 'tslab', 'kernel.json'), `${JSON.stringify(kernel, null, 2)}\n`);
  const settings = join(folder, 'config', 'lab', 'user-settings');
  // JupyterLab would ask on its first page whether it may fetch news.
  const notification = join(settings, '@jupyterlab', 'apputils-extension', 'notification.jupyterlab-settings');
  if (!existsSync(notification)) writeOnce(notification, '{ "fetchNews": "false", "checkForUpdates": false }\n');
  return {
    ...env,
    JUPYTER_CONFIG_DIR: join(folder, 'config'),
    JUPYTER_DATA_DIR: join(folder, 'data'),
    JUPYTER_RUNTIME_DIR: join(folder, 'runtime'),
    JUPYTERLAB_SETTINGS_DIR: settings,
    JUPYTERLAB_WORKSPACES_DIR: join(folder, 'config', 'lab', 'workspaces'),
    IPYTHONDIR: join(folder, 'ipython'),
    JUPYTER_PATH: [join(folder, 'share'), env.JUPYTER_PATH].filter(Boolean).join(delimiter),
  };
}

/** The server's arguments; what the caller gives in `args` goes before what is set here. */
export function serverArguments({ kind }, args) {
  const start = 'notebooks/001-start.ipynb';
  const given = (name) => args.some((word) => word === name || word.startsWith(`${name}=`));
  const opens = args.some((word) => !word.startsWith('-') && existsSync(join(root, word)));
  const set = [];
  const setDefault = (name, value) => {
    if (!given(name)) set.push(`${name}=${value}`);
  };
  setDefault('--notebook-dir', root);
  setDefault('--MappingKernelManager.default_kernel_name', 'tslab');
  if (!opens && existsSync(join(root, start))) {
    if (kind === 'lab') setDefault('--LabApp.default_url', `/lab/tree/${start}`);
    else set.push(start);
  }
  // Jupyter refuses to run as root, which is who one is in most containers.
  if (process.getuid?.() === 0 && !given('--allow-root')) set.push('--allow-root');
  return [...set, ...args];
}

/**
 * Marks the project's own notebooks as trusted, in the project's own data folder: who runs `npm start` runs their code anyway, and
 * only a trusted notebook shows its interactive figures before it is executed.
 */
export function trustNotebooks({ command }, env) {
  const trust = join(dirname(command), basename(command).replace(/^jupyter(-lab|-notebook)?/, 'jupyter-trust'));
  const folder = join(root, 'notebooks');
  const notebooks = readdirSync(folder)
    .filter((name) => name.endsWith('.ipynb'))
    .map((name) => join(folder, name));
  if (notebooks.length && existsSync(trust)) ask(trust, notebooks, env);
}
