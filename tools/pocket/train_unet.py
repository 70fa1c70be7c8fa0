#!/usr/bin/env python3
"""train_unet.py --data DATA --vae DIR --out DIR [--text DIR] [--steps N] [--batch B] [--device cpu|cuda] [--resume]

UNet and text encoder together on latents encoded beforehand: epsilon, SD's betas, min-SNR-5, guidance dropout, EMA. Resumable."""
import argparse, math, os, random, time
import numpy as np, torch, torch.nn.functional as F
from diffusers import AutoencoderKL, DDPMScheduler, UNet2DConditionModel
from transformers import CLIPTextModel
import nets

p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
for name in ('data', 'vae', 'out'): p.add_argument('--' + name, required=True)
p.add_argument('--text', help='a text encoder to start from'); p.add_argument('--steps', type=int, default=20000); p.add_argument('--batch', type=int, default=16)
p.add_argument('--lr', type=float, default=1e-3); p.add_argument('--device', default='cpu'); p.add_argument('--resume', action='store_true')
p.add_argument('--channels', type=int, nargs='+', default=[48, 96, 160]); p.add_argument('--threads', type=int, default=2); p.add_argument('--look', type=int, default=1000)
p.add_argument('--decay', type=int, default=2000, help='the learning rate falls to nearly nothing over the last so many steps')
p.add_argument('--init', help='a pack or out folder whose unet/ and text_encoder/ to go on from'); p.add_argument('--compile', action='store_true'); p.add_argument('--ema', type=float, default=.9995)
a = p.parse_args(); torch.manual_seed(3); torch.set_num_threads(a.threads); cuda = a.device.startswith('cuda'); dev = a.device
os.makedirs(a.out, exist_ok=True); state_file = os.path.join(a.out, 'state.pt')
tok = nets.tokenizer(); vae = AutoencoderKL.from_pretrained(a.vae).eval().to(dev)
ids = np.load(os.path.join(a.data, 'ids.npy')); rgb, labels = (np.load(os.path.join(a.data, f), mmap_mode='r') for f in ('rgb.npy', 'labels.npy'))
total = len(rgb); held = min(256, total // 5); n = total - held
factor = 2 ** (len(vae.config.block_out_channels) - 1); side = rgb.shape[1] // factor; latent = vae.config.latent_channels

# latents and loss weights of all pictures, once
cache = os.path.join(a.out, 'latents.pt')
if os.path.exists(cache): c = torch.load(cache); Z, W = c['z'], c['w']
else:
    heavy = torch.tensor([.7, 1., 1., 1.6, .9, 1.6, 3.]); Z = torch.empty(total, latent, side, side, dtype=torch.float16); W = torch.empty(total, side, side, dtype=torch.float16); chunk = 512 if cuda else 32
    with torch.no_grad():
        for i in range(0, total, chunk):
            j = min(total, i + chunk); x = torch.from_numpy(np.array(rgb[i:j])).to(dev).permute(0, 3, 1, 2).float().div(127.5).sub(1)
            Z[i:j] = vae.encode(x).latent_dist.mean.half().cpu()
            W[i:j] = F.avg_pool2d(heavy[torch.from_numpy(np.array(labels[i:j])).long()][:, None], factor)[:, 0].half()
    W /= W.float().mean(); torch.save(dict(z=Z, w=W), cache)
if cuda: Z, W = Z.to(dev), W.to(dev)
ids_t = torch.from_numpy(ids.astype(np.int64)); ids_t = ids_t.to(dev) if cuda else ids_t
empty = torch.tensor(tok('', padding='max_length', max_length=77).input_ids, device=ids_t.device)
NEGATIVES = 'blurry,low quality,worst quality,bad anatomy,deformed,ugly,extra fingers,extra arms,watermark,text,logo,jpeg artifacts,cropped,distorted,mutated hands,lowres,noise,signature,disfigured'.split(',')
pick = random.Random(5); negatives = torch.tensor(tok([', '.join(pick.sample(NEGATIVES, pick.randint(1, 8))) for _ in range(256)], padding='max_length', max_length=77, truncation=True).input_ids, device=ids_t.device)

text = (CLIPTextModel.from_pretrained(a.text).float() if a.text else nets.text_encoder(tok)).to(dev)
unet = nets.unet(tuple(a.channels), latent, side).to(dev).to(memory_format=torch.channels_last)
if a.init:
    unet.load_state_dict(UNet2DConditionModel.from_pretrained(os.path.join(a.init, 'unet')).float().state_dict())
    text.load_state_dict(CLIPTextModel.from_pretrained(os.path.join(a.init, 'text_encoder')).float().state_dict())
print(f'unet {sum(q.numel() for q in unet.parameters()) / 1e6:.2f} M, text {sum(q.numel() for q in text.parameters()) / 1e6:.2f} M, {n} pictures, latents {latent}x{side}x{side}', flush=True)
params = list(unet.parameters()) + list(text.parameters())
opt = torch.optim.AdamW([dict(params=unet.parameters(), m=1.), dict(params=text.parameters(), m=.25)], a.lr, betas=(.9, .99), weight_decay=.01, fused=True)
ema = [q.detach().clone() for q in params]; step = 0
if a.resume and os.path.exists(state_file):
    c = torch.load(state_file, map_location=dev); unet.load_state_dict(c['unet']); text.load_state_dict(c['text']); opt.load_state_dict(c['opt']); ema = c['ema']; step = c['step']
alphas = DDPMScheduler(**{k: v for k, v in nets.SCHEDULE.items() if k != 'steps_offset'}).alphas_cumprod.to(dev); snr = alphas / (1 - alphas); min_snr = torch.clamp(snr, max=5.) / snr
run = torch.compile(unet, dynamic=False) if (cuda or a.compile) else unet
gen = torch.Generator(device=ids_t.device).manual_seed(1000 + step)


def batch():
    i = torch.randint(0, n, (a.batch,), generator=gen, device=ids_t.device); k = torch.randint(0, ids_t.shape[1], (a.batch,), generator=gen, device=ids_t.device)
    t = ids_t[i, k].clone(); u = torch.rand(a.batch, generator=gen, device=ids_t.device)
    t[u < .05] = empty; odd = (u >= .05) & (u < .10); t[odd] = negatives[torch.randint(0, len(negatives), (int(odd.sum()),), generator=gen, device=ids_t.device)]
    i = i.to(Z.device); return t.to(dev), Z[i].float().contiguous(memory_format=torch.channels_last), W[i].float()[:, None]


def swap():
    for q, e in zip(params, ema): q.data, e.data = e.data.clone(), q.data.clone()


def look(tag):
    swap(); unet.eval(); text.eval()
    for m, name in ((unet, 'unet'), (text, 'text_encoder')): m.save_pretrained(os.path.join(a.out, name))
    with torch.no_grad():
        g = torch.Generator().manual_seed(11); losses = []
        for j in range(0, held - held % 16, 16):
            z = Z[n + j:n + j + 16].float(); e = torch.randn(z.shape, generator=g).to(dev); t = torch.arange(16, device=dev) * 1000 // 16 + 31; al = alphas[t][:, None, None, None]
            losses.append(((unet(al.sqrt() * z + (1 - al).sqrt() * e, t, text(ids_t[n + j:n + j + 16, 0].to(dev)).last_hidden_state).sample.float() - e) ** 2).mean((1, 2, 3)))
        L = torch.stack(losses).mean(0)
        nets.sheet(nets.generate(unet, text, vae, tok, side=side, device=dev), 4, os.path.join(a.out, f'unet_{tag}.png'), up=2)
    print(f'LOOK {tag} step {step} held-out eps mse {L.mean():.4f} low {L[:5].mean():.4f} mid {L[5:10].mean():.4f} high {L[10:].mean():.4f}', flush=True)
    swap(); unet.train(); text.train()


def save(): torch.save(dict(unet=unet.state_dict(), text=text.state_dict(), opt=opt.state_dict(), ema=ema, step=step), state_file)


unet.train(); text.train(); start, first, recent = time.time(), step, []
while step < a.steps:
    lr = a.lr * min(1, (step + 1) / 200) * (.01 + .99 * min(1, (a.steps - step) / a.decay))
    for g in opt.param_groups: g['lr'] = lr * g['m']
    t_ids, z, w = batch(); e = torch.randn_like(z); t = ((torch.randperm(a.batch, device=dev) + torch.rand(a.batch, device=dev)) / a.batch * 1000).long().clamp(0, 999)
    al = alphas[t][:, None, None, None]
    with torch.autocast(dev.split(':')[0], torch.bfloat16, enabled=cuda):
        out = run(al.sqrt() * z + (1 - al).sqrt() * e, t, text(t_ids).last_hidden_state, return_dict=False)[0]
    loss = (((out.float() - e) ** 2) * w * min_snr[t][:, None, None, None]).mean()
    loss.backward(); torch.nn.utils.clip_grad_norm_(params, 1.); opt.step(); opt.zero_grad(); step += 1; recent.append(loss.detach())
    torch._foreach_lerp_(ema, [q.data for q in params], 1 - min(a.ema, (1 + step) / (10 + step)))
    if step % 100 == 0: print(f'{step} loss {torch.stack(recent).mean().item():.4f} {(step - first) * a.batch / (time.time() - start):.1f} pictures/s {(time.time() - start) / 60:.1f} min', flush=True); recent.clear()
    if step % a.look == 0: look(f'{step:06d}'); save()
look('final'); save()
