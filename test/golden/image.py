"""Writes image.json: small PNG, JPEG and BMP files with the pixels that Pillow reads from them, files that it writes, and resized arrays.

Run with the packages that requirements.txt pins: python test/golden/image.py
"""
import base64, io, json, pathlib, struct
import cv2, numpy as np, png
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


def jpeg(name, image, **settings):
    out = io.BytesIO()
    image.save(out, 'jpeg', **{'quality': 95, **settings})
    add(name, out.getvalue(), ImageOps.exif_transpose(Image.open(io.BytesIO(out.getvalue()))))
    return out.getvalue()


small = photo.crop((0, 0, 21, 18))
jpeg('jpeg 4:4:4', small, subsampling=0)
jpeg('jpeg 4:2:0', small, subsampling=2)
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

# Every sampling, in one pass and in several, at sizes that are no whole number of blocks; also columns too narrow to be smoothed.
for subsampling in (1, 2, '4:1:1'):
    jpeg(f'jpeg {subsampling} of 19×9', photo.crop((5, 3, 24, 12)), subsampling=subsampling, quality=70)
    jpeg(f'jpeg {subsampling} of 19×9 progressive', photo.crop((5, 3, 24, 12)), subsampling=subsampling, progressive=True)
jpeg('jpeg 4:2:0 of 3×17', photo.crop((0, 0, 3, 17)), subsampling=2)
jpeg('jpeg 4:2:2 with restarts', small, subsampling=1, restart_marker_blocks=1)
noise = Image.fromarray(random.integers(0, 256, (18, 17, 3)).astype(np.uint8))
jpeg('jpeg noise', noise, subsampling=2, quality=100)
jpeg('jpeg coarse', noise, subsampling=2, quality=3, progressive=True)
ok, tall = cv2.imencode('.jpg', np.asarray(small), [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_440])
add('jpeg 4:4:0', tall.tobytes())

# Inks: with Adobe's marker, without it, and as YCCK, in which the marker alone differs.
inks = Image.fromarray(np.dstack([np.asarray(small), smooth[:18, :21, 1].clip(0, 255)]).astype(np.uint8), 'CMYK')
for progressive in (False, True):
    name = ' progressive' if progressive else ''
    data = jpeg(f'jpeg cmyk{name}', inks, progressive=progressive)
    marker = data.index(b'\xff\xee')
    length = struct.unpack('>H', data[marker + 2:marker + 4])[0]
    add(f'jpeg cmyk without a marker{name}', data[:marker] + data[marker + 2 + length:])
    ycck = bytearray(data)
    ycck[marker + 4 + 11] = 2
    add(f'jpeg ycck{name}', bytes(ycck))


def bitmap(name, size, depth, rows, palette=b'', compression=0, masks=b'', header=40):
    """A BMP file with rows as they are stored, each padded."""
    width, height = size
    if header == 12:
        head = struct.pack('<IHHHH', 12, width, height, 1, depth)
    else:
        head = struct.pack('<IiiHHIIiiII', header, width, height, 1, depth, compression, 0, 0, 0, 0, 0) + masks.ljust(header - 40, b'\0')
        if header == 40:
            head += masks
    start = 14 + len(head) + len(palette)
    body = rows if isinstance(rows, bytes) else b''.join(row + b'\0' * (-len(row) % 4) for row in rows)
    add(f'bmp {name}', b'BM' + struct.pack('<IHHI', start + len(body), 0, 0, start) + head + palette + body)


for mode in ('1', 'L', 'P', 'RGB'):
    out = io.BytesIO()
    small.convert(mode).save(out, 'bmp')
    add(f'bmp {mode}', out.getvalue())
colors = bytes(int(v) for v in random.integers(0, 256, 64))
nibbles = [bytes(int(v) for v in random.integers(0, 256, 4)) for _ in range(5)]
bitmap('4 bit', (7, 5), 4, nibbles, colors)
bitmap('4 bit top-down', (7, -5), 4, nibbles, colors)
bitmap('of OS/2', (3, 2), 8, [bytes([0, 1, 2]), bytes([3, 4, 5])], colors[:48].ljust(768, b'\0'), header=12)
shorts = [bytes(int(v) for v in random.integers(0, 256, 10)) for _ in range(3)]
bitmap('16 bit', (5, 3), 16, shorts)
bitmap('16 bit 5-6-5', (5, 3), 16, shorts, compression=3, masks=struct.pack('<III', 0xf800, 0x7e0, 0x1f))
longs = [bytes(int(v) for v in random.integers(0, 256, 20)) for _ in range(3)]
bitmap('32 bit', (5, 3), 32, longs)
bitmap('32 bit with alpha', (5, 3), 32, longs, compression=3, header=108,
       masks=struct.pack('<IIII', 0xff0000, 0xff00, 0xff, 0xff000000))
bitmap('32 bit with masks', (5, 3), 32, longs, compression=3, masks=struct.pack('<III', 0xff000000, 0xff0000, 0xff00))
runs = bytes([3, 1, 0, 4, 5, 6, 7, 8, 0, 0, 2, 9, 0, 2, 2, 1, 3, 2, 0, 0, 8, 5, 0, 1])
bitmap('runs of 8 bit', (8, 4), 8, runs, bytes(int(v) for v in random.integers(0, 256, 1024)), compression=1)
runs = bytes([3, 0x12, 0, 5, 0x34, 0x56, 0x70, 0, 0, 0, 4, 0x9a, 0, 0, 8, 0x21, 0, 1])
bitmap('runs of 4 bit', (8, 3), 4, runs, colors, compression=2)

# What Pillow's encoder makes: the pixels that are found in its files, for the same bytes.
encoded = []
for quality, subsampling in ((90, 0), (50, 2), (7, 2), (100, 0)):
    out = io.BytesIO()
    small.save(out, 'jpeg', quality=quality, subsampling=subsampling)
    encoded.append({'quality': quality, 'subsampled': subsampling == 2, 'file': base64.b64encode(out.getvalue()).decode()})
out = io.BytesIO()
small.convert('L').save(out, 'jpeg', quality=90)
gray = {'bytes': np.asarray(small.convert('L')).ravel().tolist(), 'file': base64.b64encode(out.getvalue()).decode()}
encoded = {'shape': [18, 21, 3], 'bytes': np.asarray(small).ravel().tolist(), 'files': encoded, 'gray': gray}

resized = []
source = random.random((6, 9)).astype(np.float32)
for shape in ((3, 4), (12, 18), (6, 5), (4, 20), (1, 1)):
    image = Image.fromarray(source).resize((shape[1], shape[0]), Image.Resampling.BILINEAR)
    resized.append({'shape': shape, 'values': [round(v, 6) for v in np.asarray(image).ravel().tolist()]})

path = pathlib.Path(__file__).with_name('image.json')
path.write_text(json.dumps({
    'made with': f'Pillow {__version__}, pypng {png.__version__}', 'cases': cases, 'encoded': encoded,
    'resize': {'shape': source.shape, 'values': [round(float(v), 7) for v in source.ravel()], 'to': resized}}) + '\n')
