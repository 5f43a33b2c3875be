import { diagram, legend } from './draw.mjs';
import { fastRow, meaning } from './rCnnFamily.mjs';

const title = 'Faster R-CNN';
const description =
  'A region proposal network on the shared feature map proposes 300 regions. RoI Align cuts each out of the same features, and the per-region network gives the class and moves the box.';

export default function fasterRcnn() {
  return diagram({ width: 760, height: 190, title, description }, fastRow(40, true), legend(24, 176, meaning));
}
