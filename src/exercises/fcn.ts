import { type Exercise, valueExercise } from './exercise';

/** Numbers of a score map at stride 32 of an image of 96×160 px, 6 classes. */
const coarsest = (96 / 32) * (160 / 32) * 6;

export const fcnExercises: Readonly<Record<string, Exercise>> = {
  'fcn.coarsestScores': valueExercise({
    expected: () => coarsest,
    hint(answer) {
      if (answer === coarsest / 6) return 'each pixel of the map has one score per class';
      return 'how many rows and columns are left after five halvings, and how many scores has each pixel?';
    },
  }),
};
