import type { WaitingThread } from '../waitingThread';

/** A page must not stand still. */
export function waitingThread(_source: string, _seconds: number): WaitingThread {
  return {
    ask() {
      throw new Error('a page cannot wait for a thread');
    },
  };
}
