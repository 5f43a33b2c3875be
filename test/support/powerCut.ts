import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { logOf, type RunningCommand, startCommand, untilStep } from './command';

// Power cuts, as a disk sees them: a run is trained on an ext4 file system that lies in a file, the file is copied while that goes on, and
// each copy is mounted as after a restart.

/** What became of the copies. */
export interface PowerCuts {
  copies: number;
  /** Of each copy that did not go on: the step it was copied after, and why. */
  lost: string[];
}

/** Size of the disk: room for a run and the journal. */
const diskBytes = 2 ** 26;

const run = (program: string, ...words: string[]): string | null => {
  const { status, error, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  return status === 0 ? null : `${program}: ${error?.message ?? stderr.trim()}`;
};

function mount(disk: string, at: string): string | null {
  mkdirSync(at, { recursive: true });
  return run('mount', '-o', 'loop', disk, at);
}

function makeDisk(disk: string, at: string): string | null {
  const file = openSync(disk, 'w');
  ftruncateSync(file, diskBytes);
  closeSync(file);
  return run('mkfs.ext4', '-q', '-F', disk) ?? mount(disk, at);
}

const words = (out: string) => [
  ...['train', '--format', 'scenes', '--length', '8', '--model', 'yolo', '--width', '0.25', '--anchors', '1'],
  ...['--size', '32', '--batch', '2', '--steps', '100000', '--save-every', '1', '--device', 'cpu', '--out', out],
];

async function stop({ child, ended }: RunningCommand): Promise<Awaited<RunningCommand['ended']>> {
  child.kill('SIGKILL');
  return ended;
}

/** Continues the run on a copy of the disk. @returns why that did not go, or null. */
async function resumed(disk: string, at: string): Promise<string | null> {
  const failure = mount(disk, at);
  if (failure) return failure;
  try {
    const folder = join(at, 'run');
    const steps = readdirSync(join(folder, 'checkpoint')).map((name) => Number(/^step-(\d+)/.exec(name)?.[1] ?? 0));
    const next = Math.max(...steps) + 2;
    const command = startCommand([...words(folder), '--resume']);
    // What has ended by itself takes no step any more.
    const failed = command.ended.then(({ code, errors }) => `exit ${code}: ${errors.trim().split('\n').at(-1)}`);
    const reason = await Promise.race([
      failed,
      untilStep(folder, next).then(
        () => null,
        (error: Error) => error.message,
      ),
    ]);
    await stop(command);
    const taken = logOf(folder).map(({ step }) => step as number);
    if (reason === null && taken.some((step, i) => step !== i + 1))
      return `steps are not 1, 2, 3, …: ${taken.join(', ')}`;
    return reason;
  } finally {
    run('umount', at);
  }
}

/**
 * Cuts the power of a training so many times.
 * @param folder an empty folder, in which everything is made.
 * @returns what became of the copies, or why this machine cannot mount a file.
 */
export async function powerCuts(folder: string, copies: number): Promise<PowerCuts | string> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'mounting a file needs root on Linux';
  const [disk, at] = [join(folder, 'disk.img'), join(folder, 'disk')];
  const failure = makeDisk(disk, at);
  if (failure) return failure;
  const snapshots: { step: number; copy: string }[] = [];
  const command = startCommand(words(join(at, 'run')));
  try {
    let step = 2;
    for (let k = 0; k < copies; k++) {
      await untilStep(join(at, 'run'), step);
      const copy = join(folder, `copy${k}.img`);
      const reason = run('cp', '--sparse=always', disk, copy);
      if (reason) throw new Error(reason);
      snapshots.push({ step, copy });
      step = logOf(join(at, 'run')).length + 1 + (k % 3);
    }
  } finally {
    await stop(command);
    run('umount', at);
  }
  const lost: string[] = [];
  for (const { step, copy } of snapshots) {
    const reason = await resumed(copy, join(folder, 'restarted'));
    if (reason !== null) lost.push(`copied after step ${step}: ${reason}`);
    if (existsSync(copy)) rmSync(copy);
  }
  rmSync(disk);
  return { copies: snapshots.length, lost };
}
