// Every kernel by name, so that notebooks can show and launch them.
export * from '../kernels/batchNorm2d';
export * from '../kernels/boxIou';
export * from '../kernels/conv2d';
export * from '../kernels/conv2dGrouped';
export * from '../kernels/crossEntropy';
export * from '../kernels/dropout';
export * from '../kernels/elementwise';
export * from '../kernels/kMeans';
export * from '../kernels/layout';
export * from '../kernels/losses';
export * from '../kernels/matmul';
export * from '../kernels/maxUnpool2d';
export * from '../kernels/meanShift';
export * from '../kernels/optimisers';
export * from '../kernels/pool2d';
export * from '../kernels/reduce';
export * from '../kernels/resize';
export type { KernelThread } from '../kernels/thread';
