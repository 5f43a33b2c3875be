import { GPU } from 'gpu.js';
import type { Backend } from './backend';

/** What a back end says of itself. */
export interface Answer {
  description: string;
}

/** On Linux a graphics card shows as a device file; where there is none, loading the driver would only print warnings. */
function hasGraphicsDevice(): boolean {
  const files = process.platform === 'linux' ? process.getBuiltinModule?.('node:fs') : undefined;
  return !files || ['/dev/dri', '/dev/nvidia0', '/dev/dxg'].some((path) => files.existsSync(path));
}

/** Puts `navigator.gpu` in place where Node has the `webgpu` package, and asks for an adapter. */
async function askWebGpu(acceptSoftware: boolean): Promise<Answer> {
  const scope = globalThis as any;
  if (!scope.navigator?.gpu && typeof process !== 'undefined' && process.versions?.node) {
    if (!acceptSoftware && !hasGraphicsDevice()) throw new Error('this machine shows no graphics card');
    const packageName = 'webgpu';
    const { create, globals } = await import(packageName);
    Object.assign(globalThis, globals);
    const gpu = create([]);
    if (scope.navigator) Object.defineProperty(scope.navigator, 'gpu', { value: gpu, configurable: true });
    else Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  }
  const adapter = await scope.navigator?.gpu?.requestAdapter();
  if (!adapter) throw new Error('no adapter answers');
  const { vendor = '', architecture = '', device = '', description = '' } = adapter.info ?? {};
  const name = [vendor, architecture, description || device].filter(Boolean).join(' ') || 'unnamed adapter';
  const software =
    adapter.isFallbackAdapter || adapter.info?.isFallbackAdapter || /swiftshader|llvmpipe|software/i.test(name);
  if (software && !acceptSoftware) throw new Error(`only a software adapter answers (${name}), slower than webasm`);
  return { description: name };
}

/** Asks a back end whether it can run here; `explicit` where it was named and not found. @throws with the reason why it cannot. */
export async function askBackend(backend: Backend, explicit: boolean): Promise<Answer> {
  switch (backend) {
    case 'webgpu':
      return askWebGpu(explicit);
    case 'webasm':
      if (!GPU.isWebAssemblySupported) throw new Error('this JavaScript engine has no WebAssembly SIMD');
      return { description: 'WebAssembly SIMD' };
    case 'cpu':
      return { description: 'plain JavaScript, one thread' };
  }
}
