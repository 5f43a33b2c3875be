export type { KernelThread } from '../kernels/thread';
export type { AnchorShape } from './boxes/anchorShape';
export { type AnchorOptions, anchors } from './boxes/anchors';
export { type AnchorLevel, bestAnchors } from './boxes/bestAnchors';
export { boxArea, largeBoxes } from './boxes/boxArea';
export { type BoxCode, type BoxCodeOptions, boxCode } from './boxes/boxCode';
export { type ConvertBoxesOptions, convertBoxes } from './boxes/boxFormat';
export { boxCiou, boxDiou, boxGiou, boxIou } from './boxes/boxIou';
export type { BoxArray, BoxFormat, BoxFormatOptions, BoxNumbers } from './boxes/boxList';
export { clipBoxes } from './boxes/clipBoxes';
export { type DefaultBoxOptions, defaultBoxShapes } from './boxes/defaultBoxShapes';
export type { Detections } from './boxes/detections';
export { type FcosLevel, type FcosMatches, type FcosRange, fcosTargets } from './boxes/fcosTargets';
export { hardNegatives } from './boxes/hardNegatives';
export { type LevelOptions, levelOf } from './boxes/levelOf';
export type { MapLevel } from './boxes/mapLevel';
export { maskBoxes } from './boxes/maskBoxes';
export { type MatchState, match, type PriorMatches, type PriorMatchOptions } from './boxes/match';
export { type NmsOptions, nms, nmsOfOverlaps } from './boxes/nms';
export type { RowNumbers } from './boxes/rows';
export { concatRows, takeRows } from './boxes/rows';
export { type PriorSample, type SampleOptions, sample } from './boxes/sample';
export { type SelectionOptions, selectDetections } from './boxes/selectDetections';
export { type SoftNmsOptions, type SoftNmsResult, softNms } from './boxes/softNms';
export { type DetectionRow, toDetections } from './boxes/toDetections';
export { toRows } from './boxes/toRows';
export { type GridLabel, type YoloGrid, type YoloGridOptions, yoloGrid } from './boxes/yoloGrid';
export { type AnchorKMeansOptions, type AnchorKMeansResult, anchorKMeans } from './cluster/anchorKMeans';
export { type ComponentProposalsOptions, componentProposals } from './cluster/componentProposals';
export { type ConnectedComponents, connectedComponents } from './cluster/connectedComponents';
export { type FelzenszwalbOptions, felzenszwalb } from './cluster/felzenszwalb';
export { type KMeansOptions, type KMeansResult, kMeans } from './cluster/kMeans';
export { type MeanShiftOptions, type MeanShiftResult, meanShift } from './cluster/meanShift';
export type { PointArray } from './cluster/points';
export {
  type RegionExtents,
  type RegionExtentsOptions,
  regionExtents,
} from './cluster/regionExtents';
export {
  type ColorLocationOptions,
  colorLocationPoints,
  colorPoints,
  type Histogram,
  type HistogramOptions,
  histogram,
  labelsToMap,
  paintSegments,
} from './cluster/segment';
export { type SegmentGraphOptions, segmentGraph } from './cluster/segmentGraph';
export type { SearchSettings } from './cluster/selectiveSearch';
export {
  type RegionHierarchy,
  type RegionHierarchyOptions,
  type RegionSimilarity,
  regionHierarchy,
  type SearchColors,
  type SearchMode,
  type SearchStrategy,
  type SelectiveSearchOptions,
  searchStrategies,
  selectiveSearch,
} from './cluster/selectiveSearch';
export { allBoxes } from './data/allBoxes';
export {
  type AugmentationOptions,
  augmentation,
  cropSample,
  flipHorizontally,
  flipVertically,
  type Recoloring,
  type Region,
  recolor,
} from './data/augment';
export {
  type Augmentation,
  type Batch,
  type Batches,
  type BatchesOptions,
  batches,
  collate,
  everyBatch,
  keepInMemory,
} from './data/batches';
export { panopticNames, semanticNames } from './data/classNames';
export {
  type Classes,
  type Dataset,
  type DetectionSample,
  type ImageSample,
  type InstanceSample,
  type Sample,
  type SegmentationSample,
  voidLabel,
} from './data/dataset';
export type { PanopticLabels } from './data/panoptic';
export { type PanopticMap, panopticToMasks, panopticToSemantic } from './data/panoptic';
export {
  type Placement,
  type PlacementOptions,
  placeBoxes,
  placeImage,
  restoreBoxes,
  restoreMap,
} from './data/placement';
export type { OnProblem, Problem, ProblemKind, ProblemLimits, Problems, ReadDataset } from './data/problems';
export { resizeDataset, resizeSample } from './data/resizeDataset';
export { dropBroken, type SplitOptions, splitDataset, takeSamples } from './data/splitDataset';
export { countedThings } from './data/things';
export type { Backend } from './device/backend';
export { DeviceError, type DeviceOptions, type DeviceReport, deviceReport, useDevice } from './device/device';
export { checkExercise, exerciseNames } from './exercises/checkExercise';
export type { BoxLimits } from './formats/annotated';
export type { Columns } from './formats/boxColumns';
export type { CocoId } from './formats/cocoJson';
export {
  type CocoIds,
  type CocoResult,
  cocoResults,
  type InstanceDetections,
  writeCocoResults,
} from './formats/cocoResults';
export { type BoxColumn, type BoxCsvOptions, readBoxCsv } from './formats/readBoxCsv';
export { type CocoDataset, type CocoOptions, readCoco } from './formats/readCoco';
export { type CocoPanopticDataset, type CocoPanopticOptions, readCocoPanoptic } from './formats/readCocoPanoptic';
export { type ReadIdxOptions, readIdx } from './formats/readIdx';
export { type MaskFolderOptions, readMaskFolders } from './formats/readMaskFolders';
export { readVoc, type VocOptions, vocClasses } from './formats/readVoc';
export { readYolo, type YoloFolderOptions } from './formats/readYolo';
export { decodeRle, encodeRle, type Polygon, polygonMask, type RunLengths } from './formats/rle';
export { idToRgb, rgbToId } from './formats/segmentIds';
export {
  type CocoPanopticIds,
  type CocoSegment,
  type CocoSegments,
  cocoSegments,
  writeCocoPanoptic,
} from './formats/writeCocoPanoptic';
export {
  type ColorMixture,
  type FitColorMixtureOptions,
  fitColorMixture,
  mixtureCosts,
} from './graphCut/colorMixture';
export { type GrabCutOptions, type GrabCutResult, grabCut } from './graphCut/grabCut';
export { type IntelligentScissorsOptions, intelligentScissors } from './graphCut/intelligentScissors';
export { type MaxFlowOptions, type MaxFlowResult, maxFlow } from './graphCut/maxFlow';
export { type NeighborWeights, type NeighborWeightsOptions, neighborWeights } from './graphCut/neighborWeights';
export type { Stroke, StrokeLabel } from './graphCut/strokes';
export {
  encodeJpeg,
  type JpegOptions,
  type PaletteImage,
  type ReadImageOptions,
  readImage,
  readImageBytes,
  readPalette,
  writeImage,
} from './images/image';
export type { ImageHeader, ImageLimits } from './images/imageFile';
export { readImageHeader, readImageSize } from './images/imageSize';
export { turnBoxes, turnImage } from './images/orientation';
export type { Palette } from './images/palette';
export { type ResizeOptions, resizeImage } from './images/resizeImage';
export { rgbToGray } from './images/rgbToGray';
export { rgbToHsv } from './images/rgbToHsv';
export { rgbToLab } from './images/rgbToLab';
export { type ToImageOptions, toImage } from './images/toImage';
export { type WarpOptions, warpRegions } from './images/warpRegions';
export { type LinearSvmOptions, type LinearSvmResult, linearSvm } from './linear/linearSvm';
export { type MineNegativesOptions, type MiningRound, mineNegatives } from './linear/mineNegatives';
export { ridgeRegression } from './linear/ridgeRegression';
export { type BceWithLogitsOptions, bceWithLogits } from './losses/bceWithLogits';
export { ciouLoss } from './losses/ciouLoss';
export { type CrossEntropyOptions, crossEntropy } from './losses/crossEntropy';
export { type DiceLossOptions, diceLoss } from './losses/diceLoss';
export { diouLoss } from './losses/diouLoss';
export { type FocalLossOptions, focalLoss } from './losses/focalLoss';
export { giouLoss } from './losses/giouLoss';
export { huber } from './losses/huber';
export { l1 } from './losses/l1';
export { mse } from './losses/mse';
export type { Reduction } from './losses/reduction';
export { smoothL1 } from './losses/smoothL1';
export {
  averagePrecision,
  type ClassPrecision,
  type Interpolation,
  interpolatedPrecision,
  type MeanAveragePrecision,
  type MeanAveragePrecisionOptions,
  meanAveragePrecision,
  sampledPrecision,
} from './metrics/averagePrecision';
export { type BoundaryScores, type BoundaryScoresOptions, boundaryScores } from './metrics/boundaryScores';
export type { Overlaps } from './metrics/classMatches';
export {
  type CocoClassSummary,
  type CocoMetrics,
  type CocoMetricsOptions,
  type CocoSummary,
  cocoMetrics,
} from './metrics/cocoMetrics';
export { type ConfusionMatrixOptions, confusionMatrix, type Labels } from './metrics/confusionMatrix';
export type { GroundTruth } from './metrics/detections';
export { maskIou } from './metrics/maskIou';
export {
  type DetectionMatches,
  type MatchDetectionsInput,
  type MatchDetectionsOptions,
  type Matching,
  matchDetections,
  type Outcome,
} from './metrics/matchDetections';
export { classIou, meanIou, pixelAccuracy } from './metrics/meanIou';
export {
  type PanopticClassScore,
  type PanopticResult,
  type PanopticScore,
  panopticQuality,
} from './metrics/panopticQuality';
export { type PrecisionRecallCurve, type PrecisionRecallOptions, precisionRecall } from './metrics/precisionRecall';
export { type ProposalRecall, type ProposalRecallOptions, proposalRecall } from './metrics/proposalRecall';
export {
  type Architecture,
  architectures,
  createModel,
  type DescribedDetector,
  type DescribedInstanceSegmenter,
  type DescribedModel,
  type DescribedPanopticSegmenter,
  type DescribedSegmenter,
  type DetectorArchitecture,
  type ModelDescription,
  type SegmenterArchitecture,
  type Task,
} from './models/architectures';
export { centerColors } from './models/backbones/centerColors';
export { type ConvBlockOptions, convBlock, convBlocks } from './models/backbones/convBlock';
export { DenseBlock, type DenseBlockOptions } from './models/backbones/denseBlock';
export { SmallBackbone, type SmallBackboneOptions } from './models/backbones/smallBackbone';
export { StagedBackbone, type StagedBackboneOptions } from './models/backbones/stagedBackbone';
export {
  type Detector,
  evaluating,
  type Feature,
  type InstanceSegmenter,
  type Instances,
  type Losses,
  type PanopticPrediction,
  type PanopticSegmenter,
  type Segmenter,
  type Trainable,
} from './models/contract';
export { FasterRcnn, type FasterRcnnOptions, type RcnnPyramidOptions } from './models/detection/fasterRcnn';
export { FastRcnn, type FastRcnnOptions } from './models/detection/fastRcnn';
export { Fcos, type FcosOptions, type FcosOutputs, type FcosTargets } from './models/detection/fcos';
export type { LevelShapes } from './models/detection/levelPriors';
export type { ProposalMethod } from './models/detection/proposals';
export type { PyramidOptions } from './models/detection/pyramidOptions';
export {
  type ClassifierFitOptions,
  type ClassifierReport,
  RCnn,
  type RCnnFitOptions,
  type RCnnOptions,
  type RegionMargins,
} from './models/detection/rCnn';
export {
  RegionHead,
  type RegionHeadOptions,
  type RegionLosses,
  type RegionScores,
  type RegionTargets,
} from './models/detection/regionHead';
export {
  type Proposals,
  type RegionPredictions,
  RegionProposalNetwork,
  type RegionProposalOptions,
} from './models/detection/regionProposalNetwork';
export {
  RetinaNet,
  type RetinaNetOptions,
  type RetinaNetOutputs,
  type RetinaNetTargets,
} from './models/detection/retinaNet';
export { type SampledRegions, type SampleRegionsOptions, sampleRegions } from './models/detection/sampleRegions';
export {
  type Located,
  SingleObject,
  type SingleObjectOptions,
  type SingleObjectOutput,
} from './models/detection/singleObject';
export {
  countBoxes,
  SlidingWindowDetector,
  type SlidingWindowOptions,
  type SlidWindows,
} from './models/detection/slidingWindowDetection';
export { Ssd, type SsdOptions, type SsdOutputs, type SsdTargets } from './models/detection/ssd';
export { Yolo, type YoloOptions, type YoloTargets } from './models/detection/yolo';
export { YoloFpn, type YoloFpnOptions, type YoloFpnOutputs, type YoloFpnTargets } from './models/detection/yoloFpn';
export { joinLevels } from './models/heads/joinLevels';
export { MaskHead, type MaskHeadOptions } from './models/heads/maskHead';
export { outputLayer, PyramidHead, type PyramidHeadOptions } from './models/heads/pyramidHead';
export { SemanticHead, type SemanticHeadOptions } from './models/heads/semanticHead';
export type { Images } from './models/images';
export { MaskRcnn, type MaskRcnnOptions } from './models/instance/maskRcnn';
export { type MaskTargetOptions, maskTargets } from './models/instance/maskTargets';
export { type MergeOptions, mergePanoptic } from './models/instance/mergePanoptic';
export { PanopticFpn, type PanopticFpnOptions } from './models/instance/panopticFpn';
export { pasteMasks } from './models/instance/pasteMasks';
export { ConcatPyramid, type ConcatPyramidOptions } from './models/necks/concatPyramid';
export { FeaturePyramid, type FeaturePyramidOptions } from './models/necks/featurePyramid';
export { detectImage, panopticImage, segmentImage, segmentInstances } from './models/predictImage';
export {
  fromPyTorch,
  type LoadPyTorchOptions,
  loadPyTorchStateDict,
  type PyTorchOptions,
  savePyTorchStateDict,
  toPyTorch,
} from './models/pyTorch';
export { loadModel, saveModel } from './models/savedModel';
export { DeconvNet, type DeconvNetOptions, type Unpooling } from './models/segmentation/deconvNet';
export { Fcn, type FcnOptions } from './models/segmentation/fcn';
export { PatchClassifier, type PatchClassifierOptions } from './models/segmentation/patchClassifier';
export { Tiramisu, type TiramisuOptions } from './models/segmentation/tiramisu';
export { UNet, type UNetOptions } from './models/segmentation/uNet';
export { BatchNorm2d } from './nn/batchNorm2d';
export { Conv1d, type Conv1dSettings } from './nn/conv1d';
export { Conv2d, type Conv2dSettings } from './nn/conv2d';
export { Conv3d, type Conv3dSettings } from './nn/conv3d';
export type { ConvLayer, ConvSettings, FilterSettings } from './nn/convLayer';
export { ConvTranspose1d, type ConvTranspose1dSettings } from './nn/convTranspose1d';
export { ConvTranspose2d, type ConvTranspose2dSettings } from './nn/convTranspose2d';
export { ConvTranspose3d, type ConvTranspose3dSettings } from './nn/convTranspose3d';
export { Dropout } from './nn/dropout';
export { Embedding, type EmbeddingSettings } from './nn/embedding';
export { foldBatchNorm } from './nn/foldBatchNorm';
export { freeze, unfreeze } from './nn/freeze';
export { GroupNorm } from './nn/groupNorm';
export { Gru, type GruInput, type GruSettings } from './nn/gru';
export { GruCell } from './nn/gruCell';
export {
  bilinear,
  type Initializer,
  kaimingNormal,
  kaimingUniform,
  normal,
  xavierNormal,
  xavierUniform,
} from './nn/initialize';
export { InstanceNorm } from './nn/instanceNorm';
export { LayerNorm } from './nn/layerNorm';
export { Linear, type LinearSettings } from './nn/linear';
export { Lstm, type LstmInput, type LstmSettings } from './nn/lstm';
export { LstmCell, type LstmCellSettings, type LstmState } from './nn/lstmCell';
export type { ModuleState } from './nn/module';
export { Module, Parameter, RunningValue, type StateDict } from './nn/module';
export { PRelu } from './nn/prelu';
export {
  type MeasuredReceptiveField,
  type MeasureOptions,
  measureReceptiveField,
  type ReceptiveField,
  type ReceptiveLayer,
  receptiveField,
} from './nn/receptiveField';
export type { RecurrentCell, RecurrentCellSettings } from './nn/recurrentCell';
export type { SequenceOptions } from './nn/recurrentLayers';
export { type Layer, Sequential } from './nn/sequential';
export { elu, gelu, hardSigmoid, hardSwish, prelu, relu6, silu } from './ops/activations';
export {
  type AdaptivePool2dOptions,
  adaptiveAvgPool2d,
  adaptiveMaxPool2d,
  adaptiveMaxPool2dWithIndices,
} from './ops/adaptivePool2d';
export { type BatchNorm2dResult, batchNorm2d, batchNorm2dEvaluate } from './ops/batchNorm2d';
export { type BedOfNailsOptions, bedOfNails } from './ops/bedOfNails';
export { concat } from './ops/concat';
export { type Conv1dOptions, conv1d } from './ops/conv1d';
export { type Conv2dOptions, conv2d } from './ops/conv2d';
export { type Conv3dOptions, conv3d } from './ops/conv3d';
export type { ConvOptions, ConvTransposeOptions, PaddingMode, SharedConvOptions } from './ops/convGeometry';
export { type ConvMatrixOptions, convMatrix } from './ops/convMatrix';
export { type ConvTranspose1dOptions, convTranspose1d } from './ops/convTranspose1d';
export { type ConvTranspose2dOptions, convTranspose2d } from './ops/convTranspose2d';
export { type ConvTranspose3dOptions, convTranspose3d } from './ops/convTranspose3d';
export { type CumulativeSumOptions, cumulativeSum } from './ops/cumulativeSum';
export { dropout } from './ops/dropout';
export {
  abs,
  add,
  clamp,
  divide,
  equal,
  exp,
  greater,
  greaterEqual,
  leakyRelu,
  less,
  lessEqual,
  log,
  log1p,
  maximum,
  minimum,
  multiply,
  negate,
  notEqual,
  type Operand,
  pow,
  relu,
  scale,
  sigmoid,
  softplus,
  sqrt,
  subtract,
  tanh,
} from './ops/elementwise';
export { embedding } from './ops/embedding';
export { expand } from './ops/expand';
export { flip } from './ops/flip';
export { gather } from './ops/gather';
export { type GridSampleOptions, gridSample } from './ops/gridSample';
export { groupNorm } from './ops/groupNorm';
export { type GruOptions, type GruResult, gru } from './ops/gru';
export { instanceNorm } from './ops/instanceNorm';
export { layerNorm } from './ops/layerNorm';
export { logSumExp } from './ops/logSumExp';
export { type LstmOptions, type LstmResult, lstm } from './ops/lstm';
export { type MatmulOptions, matmul } from './ops/matmul';
export { type MaxUnpool2dOptions, maxUnpool2d } from './ops/maxUnpool2d';
export { oneHot } from './ops/oneHot';
export type { PadBorders } from './ops/pad';
export { type PadMode, type PadOptions, pad } from './ops/pad';
export type { Padding } from './ops/padding';
export { permute } from './ops/permute';
export {
  type AvgPool2dOptions,
  avgPool2d,
  maxPool2d,
  maxPool2dWithIndices,
  type Pool2dOptions,
} from './ops/pool2d';
export type { RecurrentWeights } from './ops/recurrence';
export { argMax, argMin, max, mean, min, type ReduceOptions, sum } from './ops/reduce';
export type { LazyRegions, RegionOptions, Regions } from './ops/regions';
export { reshape } from './ops/reshape';
export { type ResizeMode, type ResizeSettings, resize } from './ops/resize';
export { type RoiAlignOptions, roiAlign } from './ops/roiAlign';
export { roiPool } from './ops/roiPool';
export { type ScatterAddOptions, scatterAdd } from './ops/scatterAdd';
export { type SliceOptions, slice } from './ops/slice';
export { logSoftmax, softmax } from './ops/softmax';
export { type Sorted, type SortOptions, sort, type TopKOptions, topK } from './ops/sort';
export { split } from './ops/split';
export { stack } from './ops/stack';
export { type VarianceOptions, variance } from './ops/variance';
export { where } from './ops/where';
export { type AdamOptions, adam, adamW } from './optim/adam';
export {
  AveragedWeights,
  type AveragedWeightsState,
  type EmaWeightsOptions,
  emaWeights,
  type SwaWeightsOptions,
  swaWeights,
} from './optim/averagedWeights';
export { clipGradientNorm } from './optim/clipGradientNorm';
export { clipGradientValue } from './optim/clipGradientValue';
export { Optimizer, type OptimizerOptions, type UpdateSettings } from './optim/optimizer';
export type { OptimizerState } from './optim/optimizerState';
export { isNormOrBias, type ParameterGroup } from './optim/parameterGroups';
export { type RmsPropOptions, rmsProp } from './optim/rmsProp';
export {
  constantSchedule,
  cosineSchedule,
  multiStepSchedule,
  oneCycleSchedule,
  polynomialSchedule,
  type Schedule,
  stepSchedule,
  warmUpSchedule,
} from './optim/schedule';
export { type SgdOptions, sgd } from './optim/sgd';
export * as kernels from './plan/kernels';
export type { KernelFunction } from './plan/planDescription';
export { listFiles, type ReadFileOptions, readFile, writeFile } from './platform/storedFiles';
export type { Terminal } from './platform/terminal';
export type { TextLimits } from './platform/textFile';
export { version } from './platform/version';
export { type DigitSceneOptions, digitScenes } from './scenes/digitScenes';
export {
  type SceneOptions,
  type ScenePresetOptions,
  type SceneStuff,
  type SceneThing,
  type Split,
  scales128,
  sceneDataset,
  shapes64,
} from './scenes/sceneDataset';
export type { SceneRange, SceneSettings } from './scenes/settings';
export { type TwoDogs, twoDogs } from './scenes/twoDogs';
export type { ImageSize, Pair, Shape, Triple } from './shape/types';
export type { SimdState } from './simd/simdState';
export type { ThreadTimes } from './simd/threadChoice';
export { gradients, withGradient, withoutGradients } from './tensor/autograd';
export { decide } from './tensor/decide';
export { largestDifference } from './tensor/largestDifference';
export { createRandom, type Random, type RandomState } from './tensor/random';
export { range } from './tensor/range';
export type { Derivation } from './tensor/tensor';
export {
  applyKernel,
  detach,
  full,
  type KernelOptions,
  type NestedNumbers,
  ones,
  realize,
  Tensor,
  type TensorLike,
  tensor,
  zeros,
} from './tensor/tensor';
export {
  type Checkpointed,
  hasCheckpoint,
  loadCheckpoint,
  saveCheckpoint,
  type TrainingState,
} from './train/checkpoint';
export { type DetectionResult, type EvaluateDetectionOptions, evaluateDetection } from './train/evaluateDetection';
export { evaluateInstances, type InstanceResult } from './train/evaluateInstances';
export { evaluatePanoptic } from './train/evaluatePanoptic';
export { evaluateSegmentation, type SegmentationResult } from './train/evaluateSegmentation';
export { evaluateSingleObject, type SingleObjectResult } from './train/evaluateSingleObject';
export { type FitOptions, type FitResult, fit } from './train/fit';
export type { Evaluation, TrainingHistory } from './train/history';
export { lossFigure } from './train/progress';
export { type AnimationFigureOptions, animationFigure } from './viz/animationFigure';
export { type BarFigureOptions, barFigure } from './viz/barFigure';
export { type BoxesFigureOptions, boxesFigure } from './viz/boxesFigure';
export { type ConfusionFigureOptions, confusionFigure } from './viz/confusionFigure';
export { type CutoutFigureOptions, cutoutFigure } from './viz/cutoutFigure';
export { type DrawBoxesOptions, drawBoxes } from './viz/drawBoxes';
export { type DrawMasksOptions, drawMasks } from './viz/drawMasks';
export type { Figure, TitleOptions } from './viz/figure';
export type { NamedFigure } from './viz/frames';
export { type GridFigureOptions, gridFigure } from './viz/gridFigure';
export { type HeatmapFigureOptions, heatmapFigure } from './viz/heatmapFigure';
export { type HistogramFigureOptions, histogramFigure } from './viz/histogramFigure';
export { type HtmlOptions, toHtml, writeHtml } from './viz/html';
export { type ImageFigureOptions, imageFigure } from './viz/imageFigure';
export type { Image } from './viz/imageTrace';
export { type LabelFigureOptions, labelFigure } from './viz/labelFigure';
export { type LabelMapsFigureOptions, labelMapsFigure } from './viz/labelMapsFigure';
export { type LineFigureOptions, type LineSeries, lineFigure } from './viz/lineFigure';
export { type MasksFigureOptions, masksFigure } from './viz/masksFigure';
export {
  type ColorChannel,
  type MixtureFigureOptions,
  type MixtureGroup,
  mixtureFigure,
} from './viz/mixtureFigure';
export { type DisplayOptions, setDisplay, type WriteDisplay } from './viz/notebook';
export type { Matrix, Values } from './viz/numbers';
export { type PaintLabelsOptions, paintLabels } from './viz/paintLabels';
export { type PixelGraphFigureOptions, pixelGraphFigure } from './viz/pixelGraphFigure';
export { type PointsBasins, type PointsFigureOptions, pointsFigure } from './viz/pointsFigure';
export { type PrecisionRecallFigureOptions, precisionRecallFigure } from './viz/precisionRecallFigure';
export { type ProgressDisplay, type ProgressDisplayOptions, progressDisplay } from './viz/progressDisplay';
export {
  type ReportImage,
  type ReportPageOptions,
  type ReportPart,
  reportPage,
} from './viz/reportPage';
export { type RoiFigureOptions, roiFigure } from './viz/roiFigure';
export { type Scatter3dFigureOptions, scatter3dFigure } from './viz/scatter3dFigure';
export { type ScoreThresholdFigureOptions, scoreThresholdFigure } from './viz/scoreThresholdFigure';
export { show } from './viz/show';
export { type SignedFigureOptions, signedFigure } from './viz/signedFigure';
export { type SliderFigureOptions, sliderFigure } from './viz/sliderFigure';
export { type TextTableOptions, textTable } from './viz/textTable';
export { type WindowFigureOptions, windowFigure } from './viz/windowFigure';
export {
  encodeSafetensors,
  readSafetensors,
  type Safetensors,
  type SafetensorsFormat,
  type SafetensorsLimits,
  writeSafetensors,
} from './weights/safetensors';
