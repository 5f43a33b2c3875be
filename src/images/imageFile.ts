/** Endings of the images that are looked for in folders, in lower case. */
export const imageEndings: readonly string[] = ['.jpg', '.jpeg', '.png'];

/** Bounds that are checked before anything is decoded. */
export interface ImageLimits {
  /** Size of the file, in bytes (64 MiB). */
  maxBytes?: number;
  /** Height times width, as the file's header says (40 million: 480 MB of float32). */
  maxPixels?: number;
}
