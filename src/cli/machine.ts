import { arch, cpus, platform, release, totalmem } from 'node:os';
import { Option } from 'commander';
import { type Backend, type DeviceReport, deviceReport, useDevice } from '../index';
import { version } from '../platform/version';

/** What a run ran on, for the record; nothing that names its owner. */
export interface Machine {
  detseg: string;
  node: string;
  system: string;
  processor: string;
  cores: number;
  memoryGiB: number;
  device: string;
}

/** The option `--device` of a command. */
export function deviceOption(): Option {
  return new Option('--device <name>', 'what computes').choices(['auto', 'webgpu', 'webasm', 'cpu']);
}

/** Chooses the device that the shell asked for; without a wish, the environment or the library does. */
export async function chooseDevice(wish: string | undefined): Promise<DeviceReport> {
  return wish === undefined ? deviceReport() : useDevice(wish as Backend | 'auto');
}

/** This machine and the device in use. */
export async function thisMachine(): Promise<Machine> {
  const { backend, description } = await deviceReport();
  const processors = cpus();
  return {
    detseg: version,
    node: process.version,
    system: `${platform()} ${release()} ${arch()}`,
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    device: `${backend} (${description})`,
  };
}
