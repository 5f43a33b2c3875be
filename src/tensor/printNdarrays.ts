import ndarray, { type NdArray } from 'ndarray';
import { describeNdarray, inspectSymbol } from '../checks/inspect';

const kinds = [Float32Array, Float64Array, Int32Array, Uint8Array, Array] as const;

/**
 * Lets ndarrays print as what they hold, where Node's `console.log` and a notebook show their fields. The package makes a class for
 * each type and rank; those that the library returns are told how, up to four axes, unless somebody else has told them before.
 */
function printNdarrays(): void {
  for (const Kind of kinds) {
    for (let rank = 0; rank <= 4; rank++) {
      const view = Object.getPrototypeOf(ndarray(new Kind(1) as number[], Array<number>(rank).fill(1)));
      if (inspectSymbol in view) continue;
      Object.defineProperty(view, inspectSymbol, {
        configurable: true,
        value(this: NdArray) {
          return describeNdarray(this);
        },
      });
    }
  }
}

printNdarrays();
