#!/usr/bin/env bash
# Makes the pocket pack from nothing: installs, draws, trains, packs. Half a day on two quiet cores.
#
#   tools/pocket/train.sh [--device cpu|cuda] [--out PACK]      default: cpu, configs/packs/pocket
#
# Everything is counted in steps, with fixed seeds. Run it again after an interruption: what is finished is skipped, and
# trainings go on from their checkpoints. Data and checkpoints (about 5 GB) stay in .pocket/train; delete it to start
# anew, or after a change of the numbers below.
set -euo pipefail
self=$(realpath "${BASH_SOURCE[0]}")
cd "$(dirname "$self")/../.."

readonly kPictures=40000        # of everything that can be drawn: for the VAE and the first steps of the UNet
readonly kVaeSteps=3900
readonly kTextSteps=3000
readonly kGeneralSteps=1500     # of the UNet, on everything
readonly kCastPictures=24000    # mostly of the named characters
readonly kCastSteps=1600        # of the UNet, on these
readonly kCastDecay=330         # over the last so many of them the learning rate falls
readonly kHeldPictures=30000    # of the named characters, half of them with something in the hand, and zooms on products
readonly kHeldSteps=930         # of the UNet, on these
readonly kHeldDecay=250
readonly kProductPictures=14000 # half of them zooms on products as inpainting sees them, half people who hold something
readonly kProductSteps=900      # of the UNet, on these
readonly kProductDecay=480
readonly kDecoderSteps=470      # of the VAE's decoder alone, mostly on faces
readonly kRepainted=1600        # pictures made to look as the pack paints, for the nets that look at its work
readonly kSegmentSteps=2700
readonly kUpscalerSteps=1500
readonly kFaceScenes=4000       # each drawn with two faces, for the face nets
readonly kFacePeople=1200
readonly kEmbedderSteps=400
readonly kDetectorSteps=1700
readonly kSwapperSteps=2000
readonly kJudgeSteps=400        # of a second embedder, which only tools/pocket/score uses
readonly kJudgedPictures=10000  # for the classifier that tools/pocket/score judges obedience with
readonly kJudgedRepainted=4000
readonly kClassifierSteps=1950

device=cpu
out=configs/packs/pocket
while [ $# -gt 0 ]; do
  case $1 in
    --device) device=${2:?--device takes cpu or cuda}; shift 2 ;;
    --out) out=${2:?--out takes a folder}; shift 2 ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "$self" >&2; exit 2 ;;
  esac
done

readonly kit=tools/pocket work=.pocket/train
python=.venv/bin/python

# Large blocks stay with the process: several times faster on a CPU than giving them back at each step.
export MALLOC_MMAP_THRESHOLD_=4294967296 MALLOC_TRIM_THRESHOLD_=8589934592 MALLOC_TOP_PAD_=268435456
export PYTHONUNBUFFERED=1

# step NAME SCRIPT ARGUMENTS...: runs the script unless it has run to its end before.
step() {
  local name=$1 script=$2
  shift 2
  [ ! -e "$work/$name.done" ] || return 0
  printf '\n%s\n' "pocket: $name"
  "$python" "$kit/$script" "$@" 2>&1 | tee -a "$work/$name.log"
  touch "$work/$name.done"
}

TROUPE_WITH_TRAINING=1 tools/setup.sh
mkdir -p "$work"

step tokenizer make_tokenizer.py --out "$work/tokenizer"
tokenizer=(--tokenizer "$work/tokenizer")

step pictures draw.py --out "$work/pictures" --count "$kPictures" "${tokenizer[@]}"
step vae train_vae.py --data "$work/pictures" --out "$work/vae" --channels 24 48 64 --steps "$kVaeSteps" \
  --device "$device" --resume
step text train_text.py --out "$work/text" --steps "$kTextSteps" "${tokenizer[@]}"
step general train_unet.py --data "$work/pictures" --vae "$work/vae/vae" --text "$work/text" --out "$work/general" \
  --steps "$kGeneralSteps" --decay 1 --lr 1e-3 --device "$device" --compile --resume "${tokenizer[@]}"

step cast_pictures draw.py --out "$work/cast_pictures" --count "$kCastPictures" --crops .06 --cast .8 "${tokenizer[@]}"
step cast train_unet.py --data "$work/cast_pictures" --vae "$work/vae/vae" --init "$work/general" --out "$work/cast" \
  --steps "$kCastSteps" --decay "$kCastDecay" --lr 7e-4 --ema .998 --device "$device" --compile --resume \
  "${tokenizer[@]}"
step held_pictures draw.py --out "$work/held_pictures" --count "$kHeldPictures" --crops .2 --cast .85 --seed 2 \
  "${tokenizer[@]}"
step held train_unet.py --data "$work/held_pictures" --vae "$work/vae/vae" --init "$work/cast" --out "$work/held" \
  --steps "$kHeldSteps" --decay "$kHeldDecay" --lr 7e-4 --ema .998 --device "$device" --compile --resume \
  "${tokenizer[@]}"
step product_pictures draw.py --out "$work/product_pictures" --count "$kProductPictures" --crops .5 --around .7 \
  --holding .85 --seed 5 "${tokenizer[@]}"
# Three sevenths of the weights stay as they are: text, and the convolutions of the coarse levels. A step is cheaper by
# their gradients.
step products train_unet.py --data "$work/product_pictures" --vae "$work/vae/vae" --init "$work/held" \
  --out "$work/products" --steps "$kProductSteps" --decay "$kProductDecay" --warm-up 60 --lr 5e-4 --ema .995 \
  --freeze text up_blocks.0.resnets mid_block.resnets down_blocks.2.resnets up_blocks.0.upsamplers \
  --device "$device" --compile --resume "${tokenizer[@]}"

cast=(--data "$work/cast_pictures" --latents "$work/cast/latents.pt")
step decoder train_decoder.py "${cast[@]}" --vae "$work/vae/vae" --out "$work/decoder" --steps "$kDecoderSteps" --resume
step repainted repaint.py "${cast[@]}" --vae "$work/decoder/vae" --unet "$work/cast" --out "$work/repainted" \
  --count "$kRepainted"
seen=(--data "$work/cast_pictures" --repainted "$work/repainted")
step segment train_segment.py "${seen[@]}" --text "$work/cast/text_encoder" --out "$work/segment" \
  --steps "$kSegmentSteps" --resume "${tokenizer[@]}"
step upscaler train_upscaler.py --vae "$work/decoder/vae" --out "$work/upscaler" --steps "$kUpscalerSteps" --resume
step faces draw_faces.py --out "$work/faces" --scenes "$kFaceScenes" --identities "$kFacePeople" --vae "$work/vae/vae"
faces=(--data "$work/faces" --device "$device")
step embedder train_embedder.py "${faces[@]}" --out "$work/embedder" --name embedder --seed 1 --steps "$kEmbedderSteps"
step detector train_detector.py "${faces[@]}" --out "$work/detector" --steps "$kDetectorSteps"
step swapper train_swapper.py "${faces[@]}" --embedder "$work/embedder/embedder.pt" --out "$work/swapper" \
  --steps "$kSwapperSteps"
step judge train_embedder.py "${faces[@]}" --out "$work/judge" --name judge --seed 9 --steps "$kJudgeSteps"
step judged_pictures draw.py --out "$work/judged_pictures" --count "$kJudgedPictures" --crops 0 --holding .6 --cast .6 \
  --seed 7 "${tokenizer[@]}"
step judged_repainted repaint.py --data "$work/judged_pictures" --vae "$work/decoder/vae" --unet "$work/held" \
  --out "$work/judged_repainted" --count "$kJudgedRepainted"
step classifier train_classifier.py --data "$work/judged_pictures" --repainted "$work/judged_repainted" --out "$work/classifier" --steps "$kClassifierSteps" --resume
cp "$work/classifier/classifier.safetensors" "$kit/score/"
"$python" "$kit/export_faces.py" --trained "$work" --out "$out/face"
"$python" "$kit/draw_references.py"

"$python" "$kit/make_pack.py" --unet "$work/held" --vae "$work/decoder/vae" --segment "$work/segment/segment" \
  --upscaler "$work/upscaler/x4.safetensors" --out "$out" --sheet "$work/sheet.png" "${tokenizer[@]}"
printf '\n%s\n' "pocket: the pack is in $out; $work/sheet.png shows what it paints"
