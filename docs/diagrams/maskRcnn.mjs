import { arrow, box, diagram, featureMap, legend, objectBox, scene, text } from './draw.mjs';

const title = 'Mask R-CNN';
const description =
  'A backbone computes the features of an image once, and a region proposal network proposes regions on them. RoI Align cuts each region out twice. The box head gives its class and its box. The mask head, two 3×3 convolutions, a transposed convolution and a 1×1 convolution, gives a mask of 14 × 14 cells for each class. The mask of the class that the box head has chosen is stretched over the box. Each head has its losses, five in all.';

export default function maskRcnn() {
  const image = scene(20, 106, 84);
  const features = featureMap(150, 116, { width: 56, height: 56, depth: 22, label: 'features', kind: 'shared' });
  const rpn = box(246, 32, 100, 46, 'region proposal\nnetwork', { kind: 'shared', look: 'small' });
  const boxRoi = box(262, 116, 84, 44, 'RoI Align\n7 × 7', { look: 'small' });
  const maskRoi = box(262, 222, 84, 44, 'RoI Align\n7 × 7', { look: 'small' });
  const boxHead = box(382, 116, 84, 44, 'two linear\nlayers', { kind: 'region', look: 'small' });
  const convolutions = box(382, 222, 84, 44, '3×3 conv,\ntwice', { kind: 'region', look: 'small' });
  const enlarge = box(490, 222, 90, 44, '2×2 conv\ntransposed', { kind: 'region', look: 'small' });
  const masks = featureMap(606, 214, { width: 46, height: 46, depth: 16, kind: 'region' });
  const answer = box(502, 116, 84, 44, 'class\nand box', { kind: 'region', look: 'small' });
  const loss = (y, label) => box(676, y, 100, 44, label, { kind: 'loss', look: 'small' });
  const [rpnLoss, boxLoss] = [loss(33, 'objectness,\nrpnBox'), loss(116, 'classifier,\nbox')];
  const maskLoss = loss(222, 'mask: BCE of\none class');
  return diagram(
    { width: 796, height: 352, title, description },
    image,
    objectBox('disc', 20, 106, 84),
    objectBox('triangle', 20, 106, 84),
    text(62, 96, 'image', { look: 'small soft' }),
    arrow([104, 148], [148, 148]),
    features,
    arrow([196, 118], [242, 70]),
    arrow([222, 140], [258, 138]),
    arrow([214, 176], [258, 232]),
    rpn,
    arrow([304, 78], [304, 114], { label: '' }),
    text(310, 100, 'regions', { anchor: 'start', look: 'small soft' }),
    arrow(rpn, rpnLoss),
    rpnLoss,
    boxRoi,
    arrow(boxRoi, boxHead),
    boxHead,
    arrow(boxHead, answer),
    answer,
    arrow(answer, boxLoss),
    boxLoss,
    arrow([544, 160], [616, 210], { dashed: true }),
    text(596, 184, 'chooses', { anchor: 'start', look: 'small soft' }),
    maskRoi,
    arrow(maskRoi, convolutions),
    convolutions,
    arrow(convolutions, enlarge),
    enlarge,
    arrow([580, 244], [604, 244]),
    masks,
    arrow([662, 244], [676, 244], { gap: 0 }),
    maskLoss,
    text(624, 290, '14 × 14,\none a class', { look: 'small soft' }),
    text(424, 96, 'box head', { look: 'soft' }),
    text(424, 206, 'mask head', { look: 'soft' }),
    legend(24, 336, [
      ['shared', 'learned, shared by all regions'],
      ['region', 'learned, for each region'],
      ['fixed', 'without weights'],
      ['loss', 'loss'],
    ]),
  );
}
