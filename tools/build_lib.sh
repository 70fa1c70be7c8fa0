# Sourced by quickstart.sh and test.sh from the project's root: install, then build one preset, and say how long it took.

troupe_minutes() { printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); }

troupe_setup() {
  local begin=$SECONDS
  tools/setup.sh
  printf 'setup: %s\n' "$(troupe_minutes $((SECONDS - begin)))"
}

# troupe_build PRESET [TARGET...]: sets TROUPE_BUILD_TIME.
troupe_build() {
  local preset=$1 begin=$SECONDS
  shift
  local options=()
  [ -z "${TROUPE_TORCH:-}" ] || options+=("-DTROUPE_TORCH=$TROUPE_TORCH")
  cmake --preset "$preset" "${options[@]}" >"/tmp/troupe-cmake.$$" 2>&1 || { cat "/tmp/troupe-cmake.$$"; return 1; }
  rm -f "/tmp/troupe-cmake.$$"
  NINJA_STATUS='[%f/%t %es] ' cmake --build --preset "$preset" ${1:+--target "$@"}
  TROUPE_BUILD_TIME=$(troupe_minutes $((SECONDS - begin)))
  printf 'build: preset %s in %s\n' "$preset" "$TROUPE_BUILD_TIME"
}
