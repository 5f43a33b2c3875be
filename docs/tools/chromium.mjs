// A headless Chromium, spoken to over a pipe in the DevTools protocol: no port, no package.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-sync',
  '--hide-scrollbars',
  // Every tab is drawn, not only the one in front.
  '--disable-renderer-backgrounding',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
];

/** The browser's path, from CHROME, PATH or the usual places; undefined where there is none. */
export function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const installed = [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ];
  return [process.env.CHROME ?? '', ...onPath, ...installed].find((path) => path !== '' && existsSync(path));
}

/** `{ page, close }`: `page({ width, height, dark })` opens an empty tab. */
export async function startChromium(path = findChromium()) {
  if (!path)
    throw new Error('startChromium: expected Chromium or Chrome, found none; install it, or name it in CHROME');
  const profile = mkdtempSync(join(tmpdir(), 'detseg-chromium-'));
  const flags = ['--headless', '--no-sandbox', '--remote-debugging-pipe', `--user-data-dir=${profile}`, ...quiet];
  const child = spawn(path, [...flags, 'about:blank'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
  const connection = connect(child.stdio[3], child.stdio[4]);
  const ended = new Promise((resolve) => {
    child.on('close', resolve);
  });
  child.on('error', (error) => connection.fail(error));
  child.on('close', () => connection.fail(new Error('Chromium ended')));
  return {
    page: (options) => openPage(connection, options),
    async close() {
      connection.send('Browser.close').catch(() => {});
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(timer);
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** Messages are JSON, each ended by a zero byte. */
function connect(input, output) {
  const waiting = new Map();
  const listeners = new Set();
  let next = 0;
  let rest = '';
  output.setEncoding('utf8');
  output.on('data', (chunk) => {
    const messages = (rest + chunk).split('\0');
    rest = messages.pop();
    for (const text of messages) {
      const message = JSON.parse(text);
      const { resolve, reject } = waiting.get(message.id) ?? {};
      waiting.delete(message.id);
      if (message.error) reject?.(new Error(message.error.message));
      else if (message.id) resolve?.(message.result);
      else for (const listener of listeners) listener(message);
    }
  });
  input.on('error', () => {});
  return {
    listeners,
    send(method, params = {}, sessionId = undefined) {
      const id = ++next;
      input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
      });
    },
    fail(error) {
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    },
  };
}

/** A tab: `go`, `evaluate`, `screenshot`, and `problems`, what its console and network complained of. */
async function openPage(connection, { width = 1280, height = 900, dark = false, phone = false } = {}) {
  const { targetId } = await connection.send('Target.createTarget', { url: 'about:blank', newWindow: true });
  const { sessionId } = await connection.send('Target.attachToTarget', { targetId, flatten: true });
  const send = (method, params) => connection.send(method, params, sessionId);
  const problems = [];
  let loaded = () => {};
  const listener = ({ method, params, sessionId: from }) => {
    if (from !== sessionId) return;
    if (method === 'Page.loadEventFired') loaded();
    if (method === 'Runtime.exceptionThrown')
      problems.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    if (method === 'Log.entryAdded' && params.entry.level === 'error')
      problems.push(`${params.entry.text} ${params.entry.url ?? ''}`);
    if (method === 'Runtime.consoleAPICalled' && params.type === 'error') {
      problems.push(params.args.map(({ value, description }) => value ?? description).join(' '));
    }
  };
  connection.listeners.add(listener);
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`);
  await send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: phone });
  await send('Emulation.setFocusEmulationEnabled', { enabled: true });
  await send('Emulation.setEmulatedMedia', {
    features: [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }],
  });

  const evaluate = async (expression) => {
    const { result, exceptionDetails } = await send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  return {
    problems,
    evaluate,
    send,
    async go(url) {
      problems.length = 0;
      const done = new Promise((resolve) => {
        loaded = resolve;
      });
      await send('Page.navigate', { url });
      await done;
    },
    async screenshot({ full = false } = {}) {
      const { data } = await send('Page.captureScreenshot', { format: 'png', captureBeyondViewport: full });
      return Buffer.from(data, 'base64');
    },
    async close() {
      connection.listeners.delete(listener);
      await connection.send('Target.closeTarget', { targetId });
    },
  };
}
