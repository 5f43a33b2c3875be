"""Goldens of the masks of Mask R-CNN: targets cut out of masks, and masks pasted into images, from torchvision and PyTorch."""
import numpy

from cases import GRID, array, exact, generator, uniform

# torchvision is imported where it is used, so that the other goldens need none.


def random_boxes(rng, count, height, width, least=2):
    """Boxes of `least` to 12 px, some of which reach beyond the image."""
    low = numpy.stack([uniform(rng, [count], -3, width - 4), uniform(rng, [count], -3, height - 4)], axis=1)
    return numpy.concatenate([low, low + uniform(rng, [count, 2], least, 12)], axis=1)


def masks():
    import torch
    import torch.nn.functional as F
    from torchvision.models.detection.roi_heads import paste_masks_in_image, project_masks_on_boxes

    cases = []
    # By hand: rows 4 to 11, columns 6 to 13.
    one = numpy.zeros([1, 16, 16])
    one[0, 4:12, 6:14] = 1
    targets = [("by hand", one, numpy.array([[5.0, 3.0, 15.0, 13.0]]), numpy.array([0]), 4)]
    for seed, size in enumerate([7, 14, 28]):
        name = f"maskTargets {size}"
        rng = generator("instanceMasks", name)
        height, width, count = 18, 22, 6
        truths = (rng.random([3, height, width]) < 0.5).astype(float)
        targets.append((name, truths, random_boxes(rng, count, height, width), rng.integers(0, 3, count), size))
    for name, truths, boxes, rows, size in targets:
        output = project_masks_on_boxes(torch.tensor(truths, dtype=torch.float64), torch.tensor(boxes), torch.tensor(rows), size)
        cases.append({"name": name, "op": "maskTargets", "options": {"size": size}, "inputs": {"masks": exact(truths), "truths": exact(rows)}, "boxes": exact(boxes), "output": array(output)})
    for seed in range(4):
        name = f"pasteMasks {seed}"
        rng = generator("instanceMasks", name)
        height, width, count, side = 20, 26, 5, [1, 4, 7, 14][seed]
        boxes = random_boxes(rng, count, height, width, least=8)
        # Blobs, as a network draws them: of noise, boxes that are rounded to whole pixels show something else.
        v, u = numpy.meshgrid(*[(numpy.arange(side) + 0.5) / side * 2 - 1] * 2, indexing="ij")
        middle = uniform(rng, [count, 2, 1, 1], -0.25, 0.25)
        shares = numpy.clip(1.25 - (u - middle[:, 0]) ** 2 - (v - middle[:, 1]) ** 2, 0, 1)
        shares = (shares / GRID).round() * GRID
        # As detectron2 pastes, but that what lies outside of a box is not the object's, and its border is not shaded.
        x, y = numpy.arange(width) + 0.5, numpy.arange(height) + 0.5
        soft = numpy.zeros([count, height, width])
        for d, (x1, y1, x2, y2) in enumerate(boxes):
            grid = numpy.stack(numpy.broadcast_arrays(((x - x1) / (x2 - x1) * 2 - 1)[None, :], ((y - y1) / (y2 - y1) * 2 - 1)[:, None]), axis=-1)
            sampled = F.grid_sample(torch.tensor(shares[d][None, None]), torch.tensor(grid[None]), padding_mode="border", align_corners=False)
            inside = ((y >= y1) & (y < y2))[:, None] & ((x >= x1) & (x < x2))[None, :]
            soft[d] = numpy.where(inside, sampled[0, 0].numpy(), 0)
        rounded = paste_masks_in_image(torch.tensor(shares[:, None], dtype=torch.float32), torch.tensor(boxes, dtype=torch.float32), (height, width))[:, 0]
        cases.append({"name": name, "op": "pasteMasks", "options": {"height": height, "width": width}, "inputs": {"masks": exact(shares)}, "boxes": exact(boxes), "output": array(soft), "pasted": array(rounded)})
    return cases


SLUGS = {"instanceMasks": masks}
