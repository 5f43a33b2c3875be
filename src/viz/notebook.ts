import { checkFunction } from '../checks/arguments';
import { checkOptions } from '../checks/options';
import { loadedModule } from '../platform/packages';

/** What Jupyter shows: contents by MIME type. */
export type Bundle = Record<string, unknown>;

/**
 * Shows something below the running cell, or with `update` in the place of what had the same `display_id`, as Jupyter's messages
 * `display_data` and `update_display_data` do.
 */
export type WriteDisplay = (
  content: { data: Record<string, unknown>; metadata: object; transient: { display_id?: string } },
  update?: boolean,
) => void;

/** Settings of {@link setDisplay}. */
export interface DisplayOptions {
  /** The front end draws Plotly's JSON itself, so that figures are handed over without HTML (false). */
  drawsPlotly?: boolean;
}

let own: { write: WriteDisplay; drawsPlotly: boolean } | undefined;

/**
 * Where {@link show}, {@link progressDisplay} and `fit` show things from now on: for programs that run notebooks themselves, such as the
 * live pages of the site. Without it they look for tslab, the kernel of Jupyter. `undefined` ends it.
 *
 * @throws where `write` is no function.
 */
export function setDisplay(write: WriteDisplay | undefined, options: DisplayOptions = {}): void {
  if (write !== undefined) checkFunction('setDisplay', 'write', write);
  const { drawsPlotly = false } = checkOptions('setDisplay', options, { drawsPlotly: 'flag' });
  own = write && { write, drawsPlotly };
}

/** Whether the front end needs a figure's HTML. */
export function needsHtml(): boolean {
  return !own?.drawsPlotly;
}

/**
 * The running notebook kernel's way of showing something, or undefined in a plain script. The library does not depend on the kernel:
 * unless a program has said how by {@link setDisplay}, it looks for tslab among the modules of this process.
 */
export function notebookDisplay(): WriteDisplay | undefined {
  // Asked each time: the kernel puts another function there for each cell. Its public `display.raw` takes one MIME type only.
  return own?.write ?? loadedModule(/[\\/]tslab[\\/]dist[\\/]jupyter\.js$/)?.lastWriteDisplayData ?? undefined;
}
