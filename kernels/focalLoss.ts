import type { KernelThread } from './thread';

// Cross-entropy of a logit that counts the less, the surer the model is of the right answer: α_t · (1 − p_t)^γ · (−log p_t), where p_t is
// the probability of what the target says. positive and negative are α and 1 − α.
export function focalLoss(this: KernelThread, x: number[], target: number[]): number {
  const logit = x[this.thread.x];
  const t = target[this.thread.x];
  const small = Math.exp(-Math.abs(logit));
  const whole = 1 + small;
  // log(1 + small) = 2 atanh(s), s = small / (2 + small), by the series, which keeps its digits where 1 + small rounds to 1.
  const s = small / (2 + small);
  const s2 = s * s;
  const tail =
    2 * s * (1 + s2 * (1 / 3 + s2 * (0.2 + s2 * (1 / 7 + s2 * (1 / 9 + s2 * (1 / 11 + s2 * (1 / 13 + s2 / 15)))))));
  const crossEntropy = t * (Math.max(-logit, 0) + tail) + (1 - t) * (Math.max(logit, 0) + tail);
  const p = logit >= 0 ? 1 / whole : small / whole;
  const q = logit >= 0 ? small / whole : 1 / whole;
  const miss = p * (1 - t) + q * t;
  const focus = this.constants.gamma === 0 ? 1 : miss ** this.constants.gamma;
  return (this.constants.positive * t + this.constants.negative * (1 - t)) * focus * crossEntropy;
}

// ∂/∂x = α_t (1 − p_t)^γ · (p − t + γ · (1 − 2t) · p q / (1 − p_t) · (−log p_t)), q = 1 − p. For targets 0 and 1, p q / (1 − p_t) is p_t.
export function focalLossGradient(this: KernelThread, x: number[], target: number[], upstream: number[]): number {
  const logit = x[this.thread.x];
  const t = target[this.thread.x];
  const small = Math.exp(-Math.abs(logit));
  const whole = 1 + small;
  const s = small / (2 + small);
  const s2 = s * s;
  const tail =
    2 * s * (1 + s2 * (1 / 3 + s2 * (0.2 + s2 * (1 / 7 + s2 * (1 / 9 + s2 * (1 / 11 + s2 * (1 / 13 + s2 / 15)))))));
  const crossEntropy = t * (Math.max(-logit, 0) + tail) + (1 - t) * (Math.max(logit, 0) + tail);
  const p = logit >= 0 ? 1 / whole : small / whole;
  const q = logit >= 0 ? small / whole : 1 / whole;
  const miss = p * (1 - t) + q * t;
  const focus = this.constants.gamma === 0 ? 1 : miss ** this.constants.gamma;
  const turn = miss > 0 ? (this.constants.gamma * (1 - 2 * t) * p * q * crossEntropy) / miss : 0;
  const weight = this.constants.positive * t + this.constants.negative * (1 - t);
  // p − t without the difference of two numbers near 1.
  return weight * focus * (p * (1 - t) - q * t + turn) * upstream[this.thread.x];
}
