import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Where Debian's chromium package keeps a WebGPU adapter that needs no graphics card. */
const softwareDriver = { library: '/usr/lib/chromium', icd: '/usr/lib/chromium/vk_swiftshader_icd.json' };

/** Environment in which WebGPU finds an adapter if there is any: the loader reads these when Node starts, not later. */
export function webGpuEnvironment(): Record<string, string> {
  if (process.env.VK_ICD_FILENAMES || !existsSync(softwareDriver.icd)) return {};
  const libraries = [softwareDriver.library, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
  return { LD_LIBRARY_PATH: libraries, VK_ICD_FILENAMES: softwareDriver.icd };
}

/** How a child process ended. */
export interface ChildResult {
  code: number | null;
  output: string;
  errors: string;
}

/** Runs Node with the given arguments and additional environment; `undefined` removes a variable. */
export function runNode(
  parameters: readonly string[],
  environment: Record<string, string | undefined> = {},
  timeLimitMs = 120_000,
): Promise<ChildResult> {
  return new Promise((resolve, reject) => {
    const env: NodeJS.ProcessEnv = { ...process.env, FORCE_COLOR: '0', ...environment };
    for (const name in environment) if (environment[name] === undefined) delete env[name];
    const child = spawn(process.execPath, [...parameters], { env, timeout: timeLimitMs, killSignal: 'SIGKILL' });
    const result: ChildResult = { code: null, output: '', errors: '' };
    child.stdout.on('data', (chunk) => {
      result.output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      result.errors += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...result, code }));
  });
}
