import { diagram, legend } from './draw.mjs';
import { meaning, rCnnRow } from './rCnnFamily.mjs';

const title = 'R-CNN';
const description =
  'Selective Search proposes about 2000 regions. Each is cut out of the image, warped to a fixed size, and goes through the network by itself. A linear SVM for each class scores the features, and ridge regression moves the box.';

export default function rCnn() {
  return diagram({ width: 760, height: 190, title, description }, rCnnRow(40), legend(24, 176, meaning.slice(1)));
}
