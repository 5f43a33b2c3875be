import type { Dataset } from '../data/dataset';
import { precisionRecall } from '../metrics/precisionRecall';
import type { DescribedModel } from '../models/architectures';
import type { FitResult } from '../train/fit';
import { clockTime, lossFigure } from '../train/progress';
import { confusionFigure } from '../viz/confusionFigure';
import { lineFigure } from '../viz/lineFigure';
import { paletteColor } from '../viz/palette';
import { precisionRecallFigure } from '../viz/precisionRecallFigure';
import { type ReportPart, reportPage } from '../viz/reportPage';
import { namesOf } from './dataOptions';
import type { AnySample } from './formats';
import type { Machine } from './machine';
import { classRows, figureRows, figuresText, type Measured, mainFigures } from './measure';
import { type PartProblems, problemParts } from './problemNotes';
import { bestThreshold, detectionExtremes, type Extremes, segmentationExtremes } from './reportImages';
import { instanceExtremes, maskOverlaps, panopticExtremes } from './reportMasks';
import type { RunRecord } from './runFolder';
import { counted, sizeText } from './usage';

function imageParts({ best, worst }: Extremes, columns: number): ReportPart[] {
  const part = (heading: string, images: Extremes['best']): ReportPart[] =>
    images.length === 0 ? [] : [{ heading }, { images, columns }];
  return [...part('Images that went best', best), ...part('Images that went worst', worst)];
}

/** What was measured: figures, classes, curves or confusions, and images. */
export async function measuredParts(
  described: DescribedModel,
  dataset: Dataset<AnySample>,
  measured: Measured,
): Promise<ReportPart[]> {
  const names = namesOf(measured.task, dataset.classes);
  const { columns, rows } = classRows(measured, names);
  const classes = rows.map((row) => row.map((value) => value ?? null));
  const figures = figureRows(measured);
  const parts: ReportPart[] = [
    { heading: `Measured on ${counted(dataset.length, 'image')}` },
    { table: { columns: ['figure', 'value'], rows: figures } },
    { table: { columns, rows: classes } },
  ];
  if (measured.task === 'segmentation') {
    const figure = confusionFigure(measured.result.confusion, { names });
    const legend = names.map((name, label) => ({ name, color: paletteColor(label) }));
    const extremes = await segmentationExtremes(dataset, described as DescribedModel & { task: 'segmentation' });
    return [
      ...parts,
      { heading: 'Which classes are taken for which' },
      { figure },
      { legend },
      ...imageParts(extremes, 3),
    ];
  }
  if (measured.task === 'panoptic') {
    const extremes = await panopticExtremes(dataset, described as DescribedModel & { task: 'panoptic' });
    const text =
      'Each segment has a color of its own; void is gray. PQ of one image is the mean over the classes in it.';
    return [...parts, { text }, ...imageParts(extremes, 3)];
  }
  const { detections, truths } = measured.result;
  const overlaps = measured.task === 'instances' ? measured.result.overlaps : undefined;
  const what = overlaps ? 'Masks' : 'Boxes';
  const curves = names
    .map((_, label) => precisionRecall(detections, truths, { label, ...(overlaps && { overlaps }) }))
    .filter(({ truths, scores }) => truths > 0 && scores.length > 0);
  if (curves.length > 0) {
    const title = `Precision and recall at an overlap${overlaps ? ' of masks' : ''} of 0.5`;
    parts.push({ heading: title }, { figure: precisionRecallFigure(curves, { names }) });
  }
  const { threshold, f1 } = bestThreshold(measured.result, (n) =>
    measured.task === 'instances' ? maskOverlaps(measured.result, n) : undefined,
  );
  const text = `${what} are shown from a score of ${threshold} on, where F1 over all classes is highest: ${f1.toFixed(3)}.`;
  const extremes =
    measured.task === 'instances'
      ? await instanceExtremes(dataset, described as DescribedModel & { task: 'instances' }, measured.result, {
          threshold,
        })
      : detectionExtremes(dataset, measured.result, { threshold });
  return [...parts, { text }, ...imageParts(extremes, 2)];
}

function settingsTable(settings: object): ReportPart {
  const rows = Object.entries(settings)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]);
  return { table: { columns: ['setting', 'value'], rows } };
}

function machineTable(machine: Machine): ReportPart {
  return {
    table: { columns: ['machine', ''], rows: Object.entries(machine).map(([name, value]) => [name, String(value)]) },
  };
}

/** What the figures came about with: the model in words, settings, and the machine. */
function originParts({ model, description }: DescribedModel, settings: object, machine: Machine): ReportPart[] {
  const { architecture, options, size, letterbox } = description;
  const shape = letterbox === false ? 'stretched' : 'letterboxed';
  const parameters = model.parameterCount();
  return [
    { heading: 'Model' },
    { text: `${architecture}, ${parameters} parameters, images ${shape} to ${sizeText(size)} px (height × width).` },
    settingsTable(options),
    { heading: 'Settings' },
    settingsTable(settings),
    machineTable(machine),
  ];
}

/** The report of a training run, as a page. */
export async function runReport({
  record,
  data,
  described,
  history,
  measured,
  problems,
}: {
  record: RunRecord;
  /** What was measured on. */
  data: Dataset<AnySample>;
  described: DescribedModel;
  history: FitResult;
  measured: Measured | null;
  /** What was left out of the data. */
  problems: readonly PartProblems[];
}): Promise<string> {
  const { settings, notes, machine, started } = record;
  const state = history.interrupted ? 'interrupted after' : 'done:';
  const summary = [
    `${state} step ${history.steps} of ${settings.steps}, ${clockTime(history.seconds)} of computing`,
    measured && !history.interrupted ? figuresText(mainFigures(measured)) : '',
    `begun ${started}`,
  ];
  const { evaluations } = history;
  const names = [...new Set(evaluations.flatMap(({ metrics }) => Object.keys(metrics)))];
  const measuredCurves = names.map((name) => {
    const known = evaluations.filter(({ metrics }) => Object.hasOwn(metrics, name));
    return { name, x: known.map(({ step }) => step), y: known.map(({ metrics }) => metrics[name]) };
  });
  const parts: ReportPart[] = [
    { text: summary.filter(Boolean).join(' · ') },
    ...notes.map((text) => ({ text })),
    ...(Object.keys(history.losses).length > 0
      ? [{ heading: 'Losses' }, { figure: lossFigure({ ...history, evaluations: [] }) }]
      : []),
    ...(measuredCurves.length > 0 && evaluations.length > 1
      ? [
          { heading: 'Measured on the way' },
          { figure: lineFigure(measuredCurves, { xTitle: 'step', yTitle: 'figure' }) },
        ]
      : []),
    ...(measured && !history.interrupted ? await measuredParts(described, data, measured) : []),
    ...problemParts(problems),
    ...originParts(described, settings, machine),
  ];
  const title = `${described.description.architecture}: ${namesOf(described.task, data.classes).slice(0, 8).join(', ')}`;
  return reportPage({ title, parts });
}

/** The report of an evaluation, as a page. */
export async function evaluationReport(
  described: DescribedModel,
  data: Dataset<AnySample>,
  measured: Measured,
  { machine, settings, problems }: { machine: Machine; settings: Record<string, unknown>; problems: PartProblems[] },
): Promise<string> {
  const parts = [
    ...(await measuredParts(described, data, measured)),
    ...problemParts(problems),
    ...originParts(described, settings, machine),
  ];
  return reportPage({ title: `${described.description.architecture}, evaluated`, parts });
}
