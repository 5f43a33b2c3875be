import ndarray from 'ndarray';
import type { Detections, GroundTruth } from '../../src/index';

type Row = [number, number, number, number];

/** Truth of one image from plain lists; all of class 0 unless labels say otherwise. */
export function truthOf(
  boxes: Row[],
  {
    labels = boxes.map(() => 0),
    ...flags
  }: { labels?: number[]; crowd?: number[]; difficult?: number[]; areas?: number[] } = {},
): GroundTruth {
  return {
    boxes: ndarray(Float32Array.from(boxes.flat()), [boxes.length, 4]),
    labels: ndarray(Int32Array.from(labels), [labels.length]),
    ...(flags.crowd && { crowd: ndarray(Uint8Array.from(flags.crowd), [flags.crowd.length]) }),
    ...(flags.difficult && { difficult: ndarray(Uint8Array.from(flags.difficult), [flags.difficult.length]) }),
    ...(flags.areas && { areas: ndarray(Float32Array.from(flags.areas), [flags.areas.length]) }),
  };
}

/** Detections of one image from plain lists; all of class 0 unless labels say otherwise. */
export function detectionsOf(boxes: Row[], scores: number[], labels: number[] = boxes.map(() => 0)): Detections {
  return {
    boxes: ndarray(Float32Array.from(boxes.flat()), [boxes.length, 4]),
    labels: ndarray(Int32Array.from(labels), [labels.length]),
    scores: ndarray(Float32Array.from(scores), [scores.length]),
  };
}
