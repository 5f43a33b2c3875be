/** Thrown when no back end answers, or the one asked for does not. */
export class DeviceError extends Error {
  override name = 'DeviceError';
}
