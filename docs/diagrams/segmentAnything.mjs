import { arrow, box, diagram, dot, featureMap, objectBox, scene, text } from './draw.mjs';

const title = 'Segment Anything: a heavy image encoder, a light decoder for each prompt';
const description =
  'An image encoder computes features of the image once; this takes most of the time. A prompt, a click or a box, is encoded separately. A small mask decoder takes both and predicts several masks with their scores, in a fraction of a second for each new prompt.';

export default function segmentAnything() {
  const image = scene(24, 44, 120);
  const encoder = box(186, 70, 120, 68, 'image encoder\n(once)', { kind: 'learned' });
  const features = featureMap(346, 70, { width: 40, height: 40, depth: 34, label: 'features' });
  const decoder = box(462, 70, 116, 68, 'mask decoder\n(per prompt)', { kind: 'learned' });
  const prompt = box(338, 186, 130, 44, 'prompt encoder', { kind: 'learned' });
  const masks = [0, 1, 2].map((i) => box(628 + 14 * i, 60 + 14 * i, 84, 60, '', { kind: 'shared', round: 3 }));
  return diagram(
    { width: 760, height: 262, title, description },
    image,
    objectBox('triangle', 24, 44, 120),
    dot(62, 106, { kind: 'shared', radius: 6 }),
    text(84, 184, 'image, a click, a box', { look: 'small soft' }),
    arrow(image, encoder),
    encoder,
    arrow(encoder, features),
    features,
    arrow(features, decoder),
    decoder,
    arrow([150, 208], prompt, { label: 'a click or a box' }),
    prompt,
    arrow(prompt, decoder, { sides: ['right', 'bottom'] }),
    arrow(decoder, masks[0]),
    masks,
    text(684, 172, 'three masks,\neach with a score', { look: 'small soft' }),
  );
}
