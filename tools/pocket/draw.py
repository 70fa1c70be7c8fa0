#!/usr/bin/env python3
"""Draws the training set: draw.py --out DATA --count N [--size 128] [--crops 0.2] [--cast 0] [--processes P] [--tokenizer DIR] [--seed 1]

Writes rgb.npy [N, size, size, 3] uint8, labels.npy [N, size, size] uint8 (gen.LABELS), ids.npy [N, 4, 77] uint16 (four wordings of
the caption of each picture) and meta.jsonl (attributes, key points, face box). One picture in 1/crops is a zoom on the held product
with a caption of the product alone, so that a model can paint a product at full resolution.
"""
import argparse, json, multiprocessing as mp, os, random, time
import numpy as np
import gen

WORDINGS = 4


def product_crop(attrs, size, rng):
    """A square around the product of a picture drawn three times as large; None where none is visible."""
    large = gen.render(attrs, size * 3)
    ys, xs = np.nonzero(large['labels'] == gen.LABELS['product'])
    if len(ys) < 200: return None
    side = int(max(np.ptp(ys), np.ptp(xs)) * rng.uniform(1.15, 1.7)) + 8
    side = min(max(side, size // 2), size * 3)
    cy, cx = (ys.min() + ys.max()) // 2, (xs.min() + xs.max()) // 2
    y = int(np.clip(cy - side // 2 + rng.uniform(-.1, .1) * side, 0, size * 3 - side))
    x = int(np.clip(cx - side // 2 + rng.uniform(-.1, .1) * side, 0, size * 3 - side))
    from PIL import Image
    cut = lambda a, how: np.asarray(Image.fromarray(np.ascontiguousarray(a[y:y + side, x:x + side])).resize((size, size), how))
    return cut(large['rgb'], Image.LANCZOS), cut(large['labels'], Image.NEAREST)


def product_caption(attrs, rng):
    name = {'cup': ['cup', 'coffee cup'], 'bottle': ['bottle', 'water bottle'], 'phone': ['phone', 'smartphone'], 'handbag': ['handbag', 'bag'],
            'book': ['book'], 'perfume': ['perfume bottle', 'perfume'], 'flowers': ['flowers', 'bouquet']}[attrs['product']]
    article = '' if attrs['product'] == 'flowers' else ('an ' if attrs['pcol'][0] in 'aeiou' else 'a ')
    text = article + attrs['pcol'] + ' ' + rng.choice(name)
    return rng.choice(['', '', 'photo of ', 'close-up of ', 'holding ', 'hand holding ']) + text + rng.choice(['', '', ' in the hand', ', product shot', ', close-up'])


def plain(value):
    if hasattr(value, 'x') and hasattr(value, 'y') and not isinstance(value, (list, tuple)):
        return [value.x() if callable(value.x) else value.x, value.y() if callable(value.y) else value.y]
    if isinstance(value, dict): return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)): return [plain(v) for v in value]
    return value.item() if hasattr(value, 'item') else value


def work(job):
    first, last, options = job
    from transformers import CLIPTokenizer
    tokenizer = CLIPTokenizer.from_pretrained(options['tokenizer'])
    load = lambda name: np.load(os.path.join(options['out'], name), mmap_mode='r+')
    rgb, labels, ids = load('rgb.npy'), load('labels.npy'), load('ids.npy')
    rng, lines = random.Random(options['seed'] * 1_000_003 + first), []
    for i in range(first, last):
        crop = None
        if rng.random() < options['crops']:
            while crop is None:
                attrs = gen.random_attrs(rng)
                if attrs['product'] != 'none': crop = product_crop(attrs, options['size'], rng)
            picture, label = crop
            texts = [product_caption(attrs, rng) for _ in range(WORDINGS)]
            extra = {'crop': True}
        else:
            attrs = gen.cast_attrs(rng) if rng.random() < options['cast'] else gen.random_attrs(rng)
            drawn = gen.render(attrs, options['size'])
            picture, label = drawn['rgb'], drawn['labels']
            texts = [gen.caption(attrs, rng) for _ in range(WORDINGS)]
            extra = {'crop': False, 'keypoints': plain(drawn['keypoints']), 'face_box': plain(drawn['face_box'])}
        rgb[i], labels[i] = picture, label
        ids[i] = tokenizer(texts, padding='max_length', max_length=77, truncation=True).input_ids
        lines.append(json.dumps({'attrs': plain(attrs), **extra}))
    return first, lines


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--out', required=True); p.add_argument('--count', type=int, required=True)
    p.add_argument('--size', type=int, default=128); p.add_argument('--crops', type=float, default=.2)
    p.add_argument('--cast', type=float, default=0., help='share of the pictures that show the named cast in the narrower world of gen.cast_attrs')
    p.add_argument('--processes', type=int, default=os.cpu_count()); p.add_argument('--seed', type=int, default=1)
    p.add_argument('--tokenizer', default=os.path.join(os.path.dirname(os.path.abspath(__file__)), 'tokenizer'))
    options = vars(p.parse_args()); n, s = options['count'], options['size']
    os.makedirs(options['out'], exist_ok=True); start = time.time()
    make = lambda name, dtype, shape: np.lib.format.open_memmap(os.path.join(options['out'], name), 'w+', dtype, shape)
    make('rgb.npy', np.uint8, (n, s, s, 3)); make('labels.npy', np.uint8, (n, s, s)); make('ids.npy', np.uint16, (n, WORDINGS, 77))
    step = max(1, min(500, n // (options['processes'] * 4) or 1))
    jobs = [(a, min(a + step, n), options) for a in range(0, n, step)]
    with mp.Pool(options['processes']) as pool, open(os.path.join(options['out'], 'meta.jsonl'), 'w') as meta:
        for done, (first, lines) in enumerate(pool.imap(work, jobs), 1):
            meta.write('\n'.join(lines) + '\n')
            if done % max(1, len(jobs) // 10) == 0: print(f'{first + len(lines)} drawn, {(first + len(lines)) / (time.time() - start):.0f} a second', flush=True)


if __name__ == '__main__': main()
