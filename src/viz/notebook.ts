import { loadedModule } from '../platform/packages';

/** What Jupyter shows: contents by MIME type. */
export type Bundle = Record<string, unknown>;

type WriteDisplay = (
  content: { data: Bundle; metadata: object; transient: { display_id?: string } },
  update?: boolean,
) => void;

/**
 * The running notebook kernel's way of showing something, or undefined in a plain script. The library does not depend on the kernel:
 * it looks for it among the modules of this process.
 */
export function notebookDisplay(): WriteDisplay | undefined {
  // Asked each time: the kernel puts another function there for each cell. Its public `display.raw` takes one MIME type only.
  return loadedModule(/[\\/]tslab[\\/]dist[\\/]jupyter\.js$/)?.lastWriteDisplayData ?? undefined;
}
