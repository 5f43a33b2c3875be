"""Writes image.json: small PNG and JPEG files with the pixels that Pillow reads from them, and resized arrays.

Run with the packages that requirements.txt pins: python test/golden/image.py
"""
import base64, io, json, pathlib
import numpy as np, png
from PIL import Image, ImageOps, __version__

random = np.random.default_rng(7)
height, width = 7, 11
cases = []


def add(name, data, image=None, tolerance=0):
    """One file with the pixels, [height, width, 3] bytes, that Pillow finds in it, over white where it is transparent."""
    image = image or Image.open(io.BytesIO(data))
    if image.mode in ('P', 'LA', 'RGBA', 'PA') or 'transparency' in image.info:
        image = image.convert('RGBA')
        pixels = np.asarray(image).astype(float)
        alpha = pixels[..., 3:] / 255
        pixels = pixels[..., :3] * alpha + 255 * (1 - alpha)
    elif image.mode.startswith('I'):
        pixels = np.repeat(np.asarray(image)[..., None] / 257, 3, axis=2)
    else:
        pixels = np.asarray(image.convert('RGB')).astype(float)
    cases.append({'name': name, 'file': base64.b64encode(data).decode(), 'shape': list(pixels.shape),
                  'pixels': [round(value, 4) for value in pixels.ravel().tolist()], 'tolerance': tolerance})


def written(rows, grayscale, **settings):
    out = io.BytesIO()
    # pypng's own spelling of the word.
    png.Writer(width=width, height=height, **{"gre" "yscale": grayscale}, **settings).write(out, rows)
    return out.getvalue()


for interlace in (False, True):
    suffix = ' interlaced' if interlace else ''
    for depth in (1, 2, 4, 8):
        values = random.integers(0, 2**depth, (height, width))
        add(f'gray {depth} bit{suffix}', written(values.tolist(), grayscale=True, bitdepth=depth, interlace=interlace))
        palette = [tuple(int(c) for c in random.integers(0, 256, 3)) + ((int(random.integers(0, 256)),) if i < 2 and depth < 8 else ())
                   for i in range(2**depth)]
        data = written(values.tolist(), False, palette=palette, bitdepth=depth, interlace=interlace)
        add(f'palette {depth} bit{suffix}', data)
        cases[-1]['indices'] = values.ravel().tolist()
    # Pillow keeps 16 bits of gray only; the wider files are compared with the top byte.
    gray16 = random.integers(0, 65536, (height, width))
    add(f'gray 16 bit{suffix}', written(gray16.tolist(), grayscale=True, bitdepth=16, interlace=interlace))
    for channels, name, settings in ((3, 'rgb', {}), (4, 'rgba', {'alpha': True})):
        for depth in (8, 16):
            values = random.integers(0, 2**depth, (height, width * channels))
            data = written(values.tolist(), grayscale=False, bitdepth=depth, interlace=interlace, **settings)
            add(f'{name} {depth} bit{suffix}', data, tolerance=0 if depth == 8 else 2.5)
    values = random.integers(0, 256, (height, width * 2))
    add(f'gray and alpha{suffix}', written(values.tolist(), grayscale=True, alpha=True, bitdepth=8, interlace=interlace))

values = random.integers(0, 3, (height, width * 3)) * 100
add('rgb with a transparent color', written(values.tolist(), grayscale=False, bitdepth=8, transparent=(0, 100, 200)))
values = random.integers(0, 4, (height, width))
add('gray with a transparent value', written((values * 80).tolist(), grayscale=True, bitdepth=8, transparent=80))

# Every row filter of the encoder occurs in a smooth image with some noise.
y, x = np.mgrid[0:40, 0:50]
smooth = np.stack([x * 5, y * 6, (x + y) * 2], axis=2) + random.integers(0, 6, (40, 50, 3))
photo = Image.fromarray(smooth.clip(0, 255).astype(np.uint8))
out = io.BytesIO()
photo.crop((0, 0, 24, 20)).save(out, 'png', optimize=True)
add('rgb filtered', out.getvalue())


def jpeg(name, image, tolerance=3, **settings):
    out = io.BytesIO()
    image.save(out, 'jpeg', quality=95, **settings)
    add(name, out.getvalue(), ImageOps.exif_transpose(Image.open(io.BytesIO(out.getvalue()))), tolerance)


small = photo.crop((0, 0, 21, 18))
jpeg('jpeg 4:4:4', small, subsampling=0)
jpeg('jpeg 4:2:0', small, subsampling=2, tolerance=14)
jpeg('jpeg progressive', small, subsampling=0, progressive=True)
jpeg('jpeg gray', small.convert('L'))
jpeg('jpeg gray with restarts', small.convert('L'), restart_marker_blocks=2)
jpeg('jpeg rgb', small, keep_rgb=True)
tiny = photo.crop((0, 0, 16, 8))
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    jpeg(f'jpeg orientation {orientation}', tiny, subsampling=0, exif=exif)
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    tiny.crop((0, 0, 7, 5)).save(out, 'png', exif=exif)
    add(f'png orientation {orientation}', out.getvalue(), ImageOps.exif_transpose(Image.open(io.BytesIO(out.getvalue()))))
out = io.BytesIO()
tiny.convert('CMYK').save(out, 'jpeg')
cmyk = base64.b64encode(out.getvalue()).decode()

resized = []
source = random.random((6, 9)).astype(np.float32)
for shape in ((3, 4), (12, 18), (6, 5), (4, 20), (1, 1)):
    image = Image.fromarray(source).resize((shape[1], shape[0]), Image.Resampling.BILINEAR)
    resized.append({'shape': shape, 'values': [round(v, 6) for v in np.asarray(image).ravel().tolist()]})

path = pathlib.Path(__file__).with_name('image.json')
path.write_text(json.dumps({
    'made with': f'Pillow {__version__}, pypng {png.__version__}', 'cases': cases, 'cmyk': cmyk,
    'resize': {'shape': source.shape, 'values': [round(float(v), 7) for v in source.ravel()], 'to': resized}}) + '\n')
