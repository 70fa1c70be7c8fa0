#!/usr/bin/env bash
# Installs all that building and running Troupe takes on a fresh Debian 12: Debian packages and libtorch.
#
#   tools/setup.sh               run it as often as you like: when nothing is missing it takes a second
#   TROUPE_TORCH=DIR             use an unpacked libtorch (the folder that holds share/cmake/Torch) instead of the wheel
#   TROUPE_WITH_TRAINING=1       also installs what tools/pocket needs to draw and train the pocket pack
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly kTorch=2.13.0
readonly kPackages=(
  build-essential g++ cmake ninja-build ccache pkg-config git ca-certificates clang-format
  python3 python3-venv
  libzmq3-dev cppzmq-dev libsodium-dev
  libprotobuf-dev protobuf-compiler
  libopencv-core-dev libopencv-imgproc-dev libopencv-dnn-dev
  libboost-dev libssl-dev libyaml-cpp-dev libgtest-dev libsqlite3-dev
  libspdlog-dev libcli11-dev nlohmann-json3-dev libjemalloc-dev
  libpng-dev libjpeg-dev libfreetype-dev fonts-dejavu-core
)

say() { printf 'setup: %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }

missing=()
for package in "${kPackages[@]}"; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "these Debian packages are missing and there is no sudo: ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing ${#missing[@]} Debian packages"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

python_of_debian=/usr/bin/python3
[ -x "$python_of_debian" ] || python_of_debian=python3
if [ -n "${TROUPE_TORCH:-}" ]; then
  [ -e "$TROUPE_TORCH/share/cmake/Torch/TorchConfig.cmake" ] ||
    die "TROUPE_TORCH=$TROUPE_TORCH holds no share/cmake/Torch/TorchConfig.cmake; name the folder of an unpacked libtorch"
else
  [ -x .venv/bin/python ] || "$python_of_debian" -m venv .venv
  marker=.venv/.troupe-torch-$kTorch
  if [ ! -e "$marker" ]; then
    say "installing libtorch $kTorch into .venv (a Python wheel; Python is not used at run time)"
    .venv/bin/pip install --quiet --disable-pip-version-check "torch==$kTorch"
    .venv/bin/python -c 'import torch; print(torch.__version__, "CUDA" if torch.version.cuda else "CPU")' >"$marker"
  fi
  say "libtorch: $(cat "$marker") build"
fi

if [ "${TROUPE_WITH_TRAINING:-0}" = 1 ]; then
  [ -x .venv/bin/python ] || "$python_of_debian" -m venv .venv
  .venv/bin/pip install --quiet --disable-pip-version-check -r tools/pocket/requirements.txt
fi
say "ready"
