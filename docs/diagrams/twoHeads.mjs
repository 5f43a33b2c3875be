import { arrow, box, diagram, featureMap, legend, objectBox, scene, text } from './draw.mjs';

const title = 'One backbone, two heads';
const description =
  'Convolutions turn the image into a feature map, whose mean over all places is one vector. A linear layer gives the scores of K classes, compared with the true class by the softmax loss; another gives four numbers, compared with the true box by an L2 loss. The loss is the sum of both, the second one times lambda.';

export default function twoHeads() {
  const image = scene(24, 82, 108);
  const map = featureMap(196, 98, { width: 44, height: 64, depth: 30 });
  const vector = box(308, 92, 18, 92, '', { kind: 'fixed', round: 3 });
  const cls = box(378, 66, 112, 44, 'linear\nK scores', { kind: 'learned', look: 'small' });
  const reg = box(378, 166, 112, 44, 'linear\nx, y, w, h', { kind: 'learned', look: 'small' });
  const clsLoss = box(540, 68, 84, 40, 'softmax\nloss', { kind: 'loss', look: 'small' });
  const regLoss = box(540, 168, 84, 40, 'L2 loss', { kind: 'loss', look: 'small' });
  const sum = box(672, 118, 64, 40, 'loss', { kind: 'loss', look: 'small' });
  return diagram(
    { width: 760, height: 280, title, description },
    image,
    objectBox('disc', 24, 82, 108),
    text(78, 68, 'image', { look: 'soft' }),
    arrow(image, map),
    map,
    text(230, 68, 'backbone', { look: 'soft' }),
    arrow(map, vector, { label: 'mean' }),
    vector,
    text(317, 204, 'one vector', { look: 'small soft' }),
    arrow([326, 128], [378, 90]),
    arrow([326, 148], [378, 186]),
    cls,
    reg,
    arrow(cls, clsLoss),
    arrow(reg, regLoss),
    clsLoss,
    regLoss,
    text(582, 56, 'true class', { look: 'small soft' }),
    text(582, 226, 'true box', { look: 'small soft' }),
    arrow([624, 90], [672, 128]),
    arrow([624, 188], [672, 150], { kind: '' }),
    text(662, 186, '× λ', { look: 'math' }),
    sum,
    legend(24, 264, [
      ['learned', 'learned'],
      ['loss', 'losses'],
      ['region', 'the object'],
    ]),
  );
}
