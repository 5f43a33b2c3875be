/** What is known of the two ways to run a plan: milliseconds of the fastest run of each, null where none was timed. */
export interface ThreadTimes {
  /** On worker threads. */
  readonly threads: number | null;
  /** On the calling thread alone. */
  readonly alone: number | null;
  /** Whether the runs to come go on worker threads; null while both ways are still tried. */
  readonly chosen: boolean | null;
}

/** Timed runs of each way, unless one of them is clearly slower. */
const trials = 4;

/** So much slower than the other way, once, is enough. */
const clearly = 2;

/**
 * Decides whether a plan runs on worker threads, whose waiting for each other costs a small plan more than they save. The first run of
 * each way is not timed, as it starts threads and compiles; then both take turns, and the faster one stays. The results are the same.
 */
export class ThreadChoice {
  readonly #runs = { threads: 0, alone: 0 };
  readonly #best = { threads: Number.POSITIVE_INFINITY, alone: Number.POSITIVE_INFINITY };
  #chosen: boolean | null = null;

  /** Whether the next run goes on worker threads. */
  get next(): boolean {
    return this.#chosen ?? this.#runs.threads <= this.#runs.alone;
  }

  get times(): ThreadTimes {
    const known = (time: number) => (Number.isFinite(time) ? time : null);
    return { threads: known(this.#best.threads), alone: known(this.#best.alone), chosen: this.#chosen };
  }

  /** Notes how long a run took that went as {@link next} says. */
  note(milliseconds: number): void {
    if (this.#chosen !== null) return;
    const way = this.next ? 'threads' : 'alone';
    if (this.#runs[way]++ > 0) this.#best[way] = Math.min(this.#best[way], milliseconds);
    const { threads, alone } = this.#best;
    if (this.#runs.threads !== this.#runs.alone || !Number.isFinite(threads + alone)) return;
    const isClear = Math.max(threads, alone) > clearly * Math.min(threads, alone);
    if (isClear || this.#runs.alone > trials) this.#chosen = threads < alone;
  }
}
