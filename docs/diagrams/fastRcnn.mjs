import { diagram, legend } from './draw.mjs';
import { fastRow, meaning } from './rCnnFamily.mjs';

const title = 'Fast R-CNN';
const description =
  'The network runs once on the image. The proposals of Selective Search are projected onto its feature map, RoI Pool or RoI Align cuts a small map of fixed size out of each, and a per-region network gives the class and the box transform.';

export default function fastRcnn() {
  return diagram({ width: 760, height: 190, title, description }, fastRow(40), legend(24, 176, meaning));
}
