#!/usr/bin/env bash
# Checks that what is generated is what would be generated now: copies the tree, regenerates in the copy and compares, so
# that it works with uncommitted changes and changes nothing. Then formatting, go.mod files and the import arrows.
set -euo pipefail
controller_gen=${1:?usage: hack/verify.sh CONTROLLER-GEN}
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
failed=0

complain() {
  echo "verify: $1" >&2
  failed=1
}

echo "verify: generated files"
tar -c --exclude=./bin --exclude=./.git . | tar -x -C "$copy"
(
  cd "$copy"
  rm -rf api/v1alpha1/applyconfiguration config/crd/bases
  bash hack/generate.sh "$controller_gen"
)
for made in api config/crd/bases config/rbac/role.yaml docs/rules docs/reference; do
  diff -ru "$made" "$copy/$made" || complain "$made is not up to date: run make generate"
done

echo "verify: formatting"
unformatted=$(gofmt -l $(git ls-files -co --exclude-standard '*.go'))
[ -z "$unformatted" ] || complain "not formatted, run make fmt: $unformatted"

echo "verify: go.mod files are tidy"
for module in . hack/cluster hack/cluster/kubernetes hack/cluster/coredns hack/tools test/bench/lint/kubeconform test/s3; do
  go -C "$module" mod tidy -diff >/dev/null || complain "$module/go.mod is not tidy: run go -C $module mod tidy"
done

echo "verify: what the programs must not link"
# forbid BINARY PACKAGES: a program whose dependencies name packages that it must not have.
forbid() {
  local found
  found=$(go list -deps "$1" | grep -E "^($2)(/|$)" | head -3 | paste -sd' ' || true)
  [ -z "$found" ] || complain "$1 must not import $found"
}
forbid ./cmd/workflowd 'k8s.io/client-go|k8s.io/apiserver|k8s.io/apiextensions-apiserver|sigs.k8s.io/controller-runtime|chuan.dev/chuan/controllers'
# It verifies records in files, and reaches no service of any sort.
forbid ./cmd/chuan 'sigs.k8s.io/controller-runtime|chuan.dev/chuan/(controllers|internal/(service|store/postgres))|github.com/(jackc|minio)'

exit "$failed"
