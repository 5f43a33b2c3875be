/** What is wrong with a compressed stream. */
export class InflateError extends Error {
  /** `long`: it has more bytes than allowed. `short`: it is cut off, or made for a larger window. `damaged`: the rest. */
  readonly fault: 'long' | 'short' | 'damaged';

  constructor(fault: InflateError['fault'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}
