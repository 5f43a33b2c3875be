// Faster WebAssembly code from gpu.js 2.24.1: the exported classes of its WebAssembly back end are extended from outside (see
// overrides.ts for the seam, PULL_REQUEST.md for the whole).

import manifest from 'gpu.js/package.json';
import { environmentVariable } from '../platform/environment';
import type { GpuJs } from './gpujs';
import { holderOf, overrides } from './overrides';
import { hasRelaxedSimd } from './relaxed';
import type { KernelReport } from './report';
import { type Mode, Session } from './session';
import type { SimdState } from './simdState';
import type { Violation } from './violations';

export type { KernelReport, LoadCounts } from './report';
export type { Mode } from './session';
export type { Violation } from './violations';

/** The version whose source the overrides were written against. */
export const supportedVersion = '2.24.1';

const session = new Session();
const extended = new WeakMap<object, SimdState>();

/**
 * Extends gpu.js's WebAssembly back end; call it once, before the first kernel is made. A second call answers as the first.
 *
 * The environment variable `DETSEG_SIMD` may say `off` (gpu.js as it is), `baseline` (no relaxed SIMD, so that results have the same bits on
 * all engines and processors) or `checked` (count reads outside an array).
 * @param gpujs the exports of gpu.js's main module.
 * @param version gpu.js's version, from its package.json; any but 2.24.1 is left as it is.
 */
export function enableSimd(gpujs: object, version: string | null = manifest.version): SimdState {
  // The exports may come in several namespace objects; the class is always the same one.
  const identity = (gpujs as Partial<GpuJs>).WebAssemblyKernel ?? gpujs;
  let state = extended.get(identity);
  if (!state) {
    state = extend(gpujs as GpuJs, version);
    extended.set(identity, state);
  }
  return state;
}

function extend(gpujs: GpuJs, version: string | null): SimdState {
  const wish = environmentVariable('DETSEG_SIMD') || 'on';
  if (wish !== 'on' && wish !== 'baseline' && wish !== 'off' && wish !== 'checked') {
    throw new Error(`DETSEG_SIMD: expected on, baseline, off or checked, got ${JSON.stringify(wish)}`);
  }
  const off = (reason: string): SimdState => ({ enabled: false, reason });
  if (wish === 'off') return off('DETSEG_SIMD=off');
  if (version !== supportedVersion) return off(`gpu.js ${version ?? 'of unknown version'} is not ${supportedVersion}`);
  const missing = overrides.find((override) => typeof holderOf(gpujs, override)?.[override.method] !== 'function');
  if (missing) return off(`gpu.js has no ${missing.on}.${missing.method}`);
  for (const override of overrides) {
    const holder = holderOf(gpujs, override);
    holder[override.method] = override.make(holder[override.method], session);
  }
  session.mode = wish;
  return { enabled: true, reason: null };
}

/** Sets what kernels that are compiled from now on get. Register tiles work in all modes. */
export function setSimdMode(mode: Mode): void {
  session.mode = mode;
}

/** Whether kernels that are compiled now add a product to a running sum by one instruction. */
export function fusesMultiplyAdd(): boolean {
  return session.fusesMultiplyAdd;
}

/** Whether kernels that are compiled from now on may use relaxed SIMD. */
export function allowRelaxedSimd(allowed: boolean): void {
  session.allowsRelaxed = allowed;
}

/** Why kernels that are compiled now do without relaxed SIMD; null where they use it. */
export function relaxedReason(): string | null {
  if (session.mode === 'baseline') return 'DETSEG_SIMD=baseline';
  if (!session.allowsRelaxed) return 'useDevice: relaxed is false';
  return hasRelaxedSimd() ? null : 'this JavaScript engine has no relaxed SIMD';
}

/** What kernels that are compiled now get. */
export function simdMode(): Mode {
  return session.mode;
}

/** What became of each kernel compiled so far (the last 512). */
export function simdReport(): KernelReport[] {
  return session.report.list();
}

/**
 * In checked mode, the kernels of a plan that read outside one of their arrays since the last call.
 * @param shortcut what `createPipeline` or `createKernel` returned.
 */
export function takeViolations(shortcut: any): Violation[] {
  const entries: any[] = shortcut.pipeline
    ? [shortcut.pipeline._executor]
    : [...(shortcut.kernel?._moduleCache?.values() ?? [])];
  return entries.flatMap((entry) => (entry?.memory ? session.violations.take(entry.memory) : []));
}
