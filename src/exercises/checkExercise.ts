import { shown } from '../checks/shown';
import { anchorsExercises } from './anchors';
import { averagePrecisionExercises } from './averagePrecision';
import { boxIouExercises } from './boxIou';
import { convAsMatrixExercises } from './convAsMatrix';
import { convTransposeExercises } from './convTranspose';
import { deconvNetExercises } from './deconvNet';
import { detectorComparisonExercises } from './detectorComparison';
import type { Exercise } from './exercise';
import { familyRaceExercises } from './familyRace';
import { fastRcnnExercises } from './fastRcnn';
import { fcnExercises } from './fcn';
import { fcosExercises } from './fcos';
import { featurePyramidExercises } from './featurePyramid';
import { grabCutExercises } from './grabCut';
import { interpolationExercises } from './interpolation';
import { kMeansExercises } from './kMeans';
import { maskRcnnExercises } from './maskRcnn';
import { meanShiftExercises } from './meanShift';
import { nmsExercises } from './nms';
import { panopticExercises } from './panoptic';
import { rCnnExercises } from './rCnn';
import { receptiveFieldExercises } from './receptiveField';
import { regionProposalsExercises } from './regionProposals';
import { retinaNetExercises } from './retinaNet';
import { roiAlignExercises } from './roiAlign';
import { roiPoolExercises } from './roiPool';
import { rpnExercises } from './rpn';
import { singleObjectExercises } from './singleObject';
import { slidingWindowDetectionExercises } from './slidingWindowDetection';
import { ssdExercises } from './ssd';
import { tasksExercises } from './tasks';
import { tiramisuExercises } from './tiramisu';
import { uNetExercises } from './uNet';
import { unpoolingExercises } from './unpooling';
import { yoloExercises } from './yolo';
import { yoloFpnExercises } from './yoloFpn';

// One record a notebook, in the order of the course; the names are those that the notebooks' cells use.
const all: Readonly<Record<string, Exercise>> = {
  ...kMeansExercises,
  ...meanShiftExercises,
  ...grabCutExercises,
  ...tasksExercises,
  ...receptiveFieldExercises,
  ...unpoolingExercises,
  ...interpolationExercises,
  ...convTransposeExercises,
  ...convAsMatrixExercises,
  ...fcnExercises,
  ...deconvNetExercises,
  ...uNetExercises,
  ...tiramisuExercises,
  ...singleObjectExercises,
  ...boxIouExercises,
  ...nmsExercises,
  ...averagePrecisionExercises,
  ...slidingWindowDetectionExercises,
  ...regionProposalsExercises,
  ...rCnnExercises,
  ...roiPoolExercises,
  ...roiAlignExercises,
  ...fastRcnnExercises,
  ...anchorsExercises,
  ...rpnExercises,
  ...familyRaceExercises,
  ...yoloExercises,
  ...ssdExercises,
  ...featurePyramidExercises,
  ...retinaNetExercises,
  ...fcosExercises,
  ...yoloFpnExercises,
  ...detectorComparisonExercises,
  ...maskRcnnExercises,
  ...panopticExercises,
};

/** The names that {@link checkExercise} knows, such as `kMeans.elbow`. */
export const exerciseNames: readonly string[] = Object.keys(all);

/**
 * Checks the answer to an exercise of a notebook against cases that the notebook does not show, and prints `right`, or `not yet:` with
 * the first case that fails: what came, and what was expected.
 *
 * @example
 * await checkExercise('kMeans.elbow', (objectives) => 3); // not yet: elbow([90, 40, 20, 8, 6, 5]): got 3, expected 4 (case 1 of 6)
 *
 * @param name `<notebook>.<exercise>`. @param answer a function or a value, as the exercise asks.
 * @throws on a name that is not known.
 */
export async function checkExercise(name: string, answer: unknown): Promise<void> {
  if (typeof name !== 'string' || !Object.hasOwn(all, name)) {
    throw new Error(`checkExercise: expected one of ${exerciseNames.join(', ')}, got ${shown(name)}`);
  }
  const problem = await all[name].problem(answer);
  console.log(problem === null ? 'right' : `not yet: ${problem}`);
}
