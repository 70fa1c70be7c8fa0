#!/usr/bin/env bash
# Builds Debian's libzmq with ThreadSanitizer into a folder: libzmq.sh FOLDER. Its threads hand messages over by atomic
# operations that ThreadSanitizer sees only where they were compiled for it; beside the package's own library every
# message would be reported as a race. Debian's sources must be reachable (apt checks what it fetches).
set -euo pipefail

folder=$(realpath -m "$1")
work=$folder/work
mkdir -p "$work/lists/partial"

for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
  [ -s "$list" ] || continue
  sed -E 's/^Types:.*/Types: deb-src/; s/^deb /deb-src /' "$list" >"$work/from-$(basename "$list")"
done
mkdir -p "$work/parts"
find "$work" -maxdepth 1 -name 'from-*' -exec mv -t "$work/parts" {} +
apt=(apt-get -q -o "APT::Sandbox::User=root" -o "Dir::Etc::sourcelist=-" -o "Dir::Etc::sourceparts=$work/parts" -o "Dir::State::lists=$work/lists")
"${apt[@]}" update >/dev/null
version=$(dpkg-query -W -f '${source:Version}' libzmq5)
(cd "$work" && "${apt[@]}" source --download-only "zeromq3=$version" >/dev/null)
mkdir -p "$work/source"
tar -xf "$work"/zeromq3_*.orig.tar.gz -C "$work/source" --strip-components=1

cmake -S "$work/source" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
  -DCMAKE_CXX_FLAGS="-fsanitize=thread -O1 -g1" -DCMAKE_SHARED_LINKER_FLAGS=-fsanitize=thread \
  -DBUILD_TESTS=OFF -DBUILD_STATIC=OFF -DWITH_PERF_TOOL=OFF -DWITH_DOCS=OFF -DENABLE_DRAFTS=OFF \
  -DENABLE_CURVE=ON -DWITH_LIBSODIUM=ON -Wno-dev >"$work/configure.log"
ninja -C "$work/build" >"$work/build.log"
cp "$work"/build/lib/libzmq.so.5.* "$folder/libzmq.so.5"
rm -rf "$work"
