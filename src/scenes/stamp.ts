/** A thing that is about to be drawn: a small image of its ink, wholly inside the canvas. */
export interface Stamp {
  /** px, of the canvas. */
  left: number;
  top: number;
  width: number;
  height: number;
  /** `[height, width]`: 0 where nothing is drawn, 255 where the thing hides what is behind it. */
  ink: Uint8Array;
}
