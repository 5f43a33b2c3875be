import { type Exercise, valueExercise } from './exercise';

export const familyRaceExercises: Readonly<Record<string, Exercise>> = {
  'familyRace.speedUp': valueExercise({
    // Only the 146 + 174 ms of the network become half.
    expected: () => (1510 + 146 + 174) / (1510 + (146 + 174) / 2),
    tolerance: 3e-3,
    hint: (answer) =>
      Number(answer) < 1
        ? 'old time divided by new time'
        : 'the proposals take as long as before: add up the new time first',
  }),
};
