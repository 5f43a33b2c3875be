import { arrow, box, diagram, path, text } from './draw.mjs';

const title = 'Non-maximum suppression';
const description =
  'Take the box with the highest score, keep it, remove every other box of the class whose IoU with it is above the threshold, and repeat with the boxes that are left.';

export default function nms() {
  const steps = ['boxes of one class,\nsorted by score', 'keep the first', 'remove the others\nwith IoU > threshold'];
  const boxes = steps.map((label, i) =>
    box(24 + i * 216, 58, 168, 60, label, { kind: i === 1 ? 'shared' : i === 2 ? 'loss' : 'fixed', look: 'small' }),
  );
  const done = box(668, 58, 68, 60, 'kept\nboxes', { kind: 'shared', look: 'small' });
  return diagram(
    { width: 760, height: 176, title, description },
    boxes,
    arrow(boxes[0], boxes[1]),
    arrow(boxes[1], boxes[2]),
    arrow(boxes[2], done, { label: 'none' }),
    done,
    path([
      [540, 122],
      [540, 150],
      [324, 150],
      [324, 122],
    ]),
    text(432, 168, 'boxes left: the next one', { look: 'small soft' }),
  );
}
