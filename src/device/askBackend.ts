import { GPU } from 'gpu.js';
import { provideWebGpu } from '../platform/webGpu';
import type { Backend } from './backend';

/** What a back end says of itself. */
export interface Answer {
  description: string;
}

/** Asks for an adapter of WebGPU. */
async function askWebGpu(acceptSoftware: boolean): Promise<Answer> {
  await provideWebGpu(acceptSoftware);
  const scope = globalThis as any;
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
