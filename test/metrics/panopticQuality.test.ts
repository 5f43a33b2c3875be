import ndarray from 'ndarray';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type PanopticMap, panopticQuality } from '../../src/index';
import { assertAllClose } from '../support/allClose';
import { assertThrows } from '../support/assertThrows';
import { loadGolden } from '../support/golden';

const test = suite('panopticQuality');

const classes = { stuff: ['sky', 'grass'], things: ['cat', 'dog'] };

/** A map from rows of letters: s, g stuff; digits the things; . void. */
function mapOf(rows: string[], labels: number[] = [], crowd?: number[]): PanopticMap {
  const numbers = rows.flatMap((row) => [...row].map((letter) => '.sg'.indexOf(letter) - 1));
  for (const [place, letter] of rows.join('').split('').entries()) {
    if (/\d/.test(letter)) numbers[place] = 2 + Number(letter);
  }
  return {
    panoptic: ndarray(Int32Array.from(numbers), [rows.length, rows[0].length]),
    labels: ndarray(Int32Array.from(labels), [labels.length]),
    ...(crowd && { crowd: ndarray(Uint8Array.from(crowd), [crowd.length]) }),
  };
}

test('a map compared with itself: all 1', () => {
  const map = mapOf(['ssss', 's00s', 'g00g', 'gggg'], [1]);
  const { PQ, SQ, RQ, things, stuff, perClass } = panopticQuality([map], [map], classes);
  assert.equal({ PQ, SQ, RQ }, { PQ: 1, SQ: 1, RQ: 1 });
  assert.equal(
    [things, stuff],
    [
      { PQ: 1, SQ: 1, RQ: 1 },
      { PQ: 1, SQ: 1, RQ: 1 },
    ],
  );
  assert.equal(
    perClass.map(({ label }) => label),
    [0, 1, 3],
  );
});

test('by hand: a thing found at IoU 4/6, the stuff loses what the thing gains', () => {
  const truth = mapOf(['ssssss', 'ss00ss', 'ss00ss', 'ssssss'], [0]);
  const found = mapOf(['ssssss', 'ss000s', 'ss000s', 'ssssss'], [0]);
  const { perClass, PQ } = panopticQuality([found], [truth], classes);
  assertAllClose(
    perClass.map((score) => score.PQ),
    [18 / 20, 4 / 6],
  );
  assertAllClose([PQ], [(18 / 20 + 4 / 6) / 2]);
});

test('an IoU of exactly a half is no pair', () => {
  const truth = mapOf(['00ss'], [0]);
  const found = mapOf(['0sss'], [0]);
  const { perClass } = panopticQuality([found], [truth], classes);
  const { truePositives, falsePositives, falseNegatives } = perClass[1];
  assert.equal([truePositives, falsePositives, falseNegatives], [0, 1, 1]);
});

test('void pixels are left out of the union, and excuse what mostly lies on them', () => {
  const truth = mapOf(['00..', 'ssss'], [0]);
  assert.is(panopticQuality([mapOf(['0000', 'ssss'], [0])], [truth], classes).perClass[1].PQ, 1);
  const onVoid = mapOf(['0011', '11ss'], [0, 1]);
  // Two of the four pixels of thing 1 lie on void: not more than half.
  assert.is(panopticQuality([onVoid], [truth], classes).perClass[2].falsePositives, 1);
  assert.is(panopticQuality([mapOf(['0011', '1sss'], [0, 1])], [truth], classes).perClass.length, 2);
});

test('a predicted void pixel is nothing; a crowd is neither missed nor found', () => {
  const truth = mapOf(['0000', 'ssss'], [0], [1]);
  const { perClass } = panopticQuality([mapOf(['....', 'ssss'])], [truth], classes);
  assert.equal(
    perClass.map(({ label }) => label),
    [0],
  );
  assert.is(panopticQuality([mapOf(['0011', 'ssss'], [0, 0])], [truth], classes).things, null);
});

test('the mean is over the classes of all images; none of them gives 0', () => {
  const one = mapOf(['ss00'], [0]);
  const other = mapOf(['ssss']);
  const { perClass } = panopticQuality([one, one], [one, other], classes);
  const [sky, cat] = perClass;
  // Half of the second image's sky is found: an IoU of ½, which is no pair.
  assertAllClose([sky.RQ, cat.RQ], [0.5, 1 / 1.5]);
  assert.equal(panopticQuality([], [], classes), { PQ: 0, SQ: 0, RQ: 0, things: null, stuff: null, perClass: [] });
});

test('equals panopticapi on 300 random cases with void and crowds', () => {
  const { cases } = loadGolden('panoptic');
  assert.is(cases.length, 300);
  let [crowds, voids] = [0, 0];
  for (const { name, inputs, output } of cases) {
    const array = (key: string) => ndarray(Int32Array.from(inputs[key].data), inputs[key].shape);
    const crowd = ndarray(Uint8Array.from(inputs.crowd.data), inputs.crowd.shape);
    if (inputs.crowd.data.includes(1)) crowds++;
    if (inputs.truth.data.includes(-1)) voids++;
    const { perClass } = panopticQuality(
      [{ panoptic: array('found'), labels: array('own') }],
      [{ panoptic: array('truth'), labels: array('labels'), crowd }],
      classes,
    );
    for (let label = 0; label < 4; label++) {
      const [iou, found, wrong, missed] = output!.data.slice(4 * label, 4 * label + 4);
      const score = perClass.find((entry) => entry.label === label);
      if (found + wrong + missed === 0) {
        assert.is(score, undefined, name);
        continue;
      }
      const { truePositives, falsePositives, falseNegatives, SQ } = score!;
      assert.equal([truePositives, falsePositives, falseNegatives], [found, wrong, missed], name);
      assertAllClose([SQ * truePositives], [iou], { absolute: 1e-8 });
    }
  }
  assert.ok(crowds > 50 && voids > 100, `${crowds} with crowds, ${voids} with void`);
});

test('throws', () => {
  const map = mapOf(['ss00'], [0]);
  assertThrows(
    () => panopticQuality([map], [mapOf(['ss00'])], classes),
    'panopticQuality: image 0: truth: expected segments from 0 to 1, or −1 for void, got 2 at [0, 2]',
  );
  assertThrows(
    () => panopticQuality([mapOf(['ss00'], [2])], [map], classes),
    'panopticQuality: image 0: prediction: expected labels from 0 to 1, got 2 at 0',
  );
  assertThrows(
    () => panopticQuality([mapOf(['sss'])], [map], classes),
    'panopticQuality: image 0: expected the predicted panoptic [1, 4], got [1, 3]',
  );
  assertThrows(
    () => panopticQuality([map], [], classes),
    'panopticQuality: expected predictions of 0 images, one a truth, got 1',
  );
});

test.run();
