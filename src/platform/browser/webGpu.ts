/** A browser that has WebGPU has `navigator.gpu`. */
export async function provideWebGpu(_acceptSoftware: boolean): Promise<void> {}
