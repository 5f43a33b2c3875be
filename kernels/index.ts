// Every kernel by name, so that notebooks can show and launch them.
export * from './batchNorm2d';
export * from './conv2d';
export * from './conv2dGrouped';
export * from './crossEntropy';
export * from './dropout';
export * from './elementwise';
export * from './layout';
export * from './losses';
export * from './matmul';
export * from './optimisers';
export * from './pool2d';
export * from './reduce';
export type { KernelThread } from './thread';
