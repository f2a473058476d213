#!/usr/bin/env bash
# Fuzzes every fuzz target of the product for a time each, from its seeds. A crash or a hang fails the run, and so does
# memory: each target gets so much address space that only one that grows without end can want more.
set -euo pipefail
seconds=${1:?usage: hack/fuzz.sh SECONDS [DIRECTORY...]}
shift
address_space_kib=$((6 * 1024 * 1024))
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

directories=("$@")
if [ ${#directories[@]} = 0 ]; then
  mapfile -t directories < <(git grep -l '^func Fuzz' -- '*_test.go' | xargs -n1 dirname | sort -u)
fi
for directory in "${directories[@]}"; do
  # Only our own packages count their coverage: with go test -fuzz all dependencies would, and each run of a target would
  # copy the counters of Kubernetes and CEL, some thousand times slower.
  go test -c -gcflags='chuan.dev/chuan/...=-d=libfuzzer' -o "$work/fuzz.test" "./$directory"
  for target in $(grep -hoE '^func Fuzz[A-Za-z0-9_]+' "$directory"/*_test.go | cut -d' ' -f2 | sort); do
    echo "fuzz: $directory $target for $seconds s"
    (
      cd "$directory"
      ulimit -v "$address_space_kib"
      "$work/fuzz.test" -test.run='^$' -test.fuzz="^$target\$" -test.fuzztime="${seconds}s" -test.fuzzminimizetime=20x \
        -test.fuzzcachedir="$work/cache"
    )
  done
done
