import { existsSync } from 'node:fs';

/** On Linux a graphics card shows as a device file; where there is none, loading the driver would only print warnings. */
function hasGraphicsDevice(): boolean {
  return process.platform !== 'linux' || ['/dev/dri', '/dev/nvidia0', '/dev/dxg'].some((path) => existsSync(path));
}

/**
 * Puts `navigator.gpu` in place, from the package `webgpu`, where it is not there yet.
 * @param acceptSoftware whether to load the driver also where the machine shows no graphics card.
 * @throws where there is neither a graphics card nor, where one was asked for, the package.
 */
export async function provideWebGpu(acceptSoftware: boolean): Promise<void> {
  const scope = globalThis as any;
  if (scope.navigator?.gpu) return;
  if (!acceptSoftware && !hasGraphicsDevice()) throw new Error('this machine shows no graphics card');
  const packageName = 'webgpu';
  const { create, globals } = await import(packageName).catch((error) => {
    const isMissing = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(error.code);
    throw isMissing ? new Error('the package webgpu is not installed; npm install webgpu', { cause: error }) : error;
  });
  Object.assign(globalThis, globals);
  const gpu = create([]);
  if (scope.navigator) Object.defineProperty(scope.navigator, 'gpu', { value: gpu, configurable: true });
  else Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
}
