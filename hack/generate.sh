#!/usr/bin/env bash
# Regenerates what is made from code, in the current directory: deep copies and apply configurations of the API types, the
# CRDs, the manager's role, and the reference documentation.
set -euo pipefail
controller_gen=${1:?usage: hack/generate.sh CONTROLLER-GEN}

"$controller_gen" object crd applyconfiguration paths=./api/v1alpha1 output:crd:dir=config/crd/bases
"$controller_gen" rbac:roleName=manager-role paths=./controllers/... output:rbac:dir=config/rbac

# The pages of rules and commands and the schema of reports come from the program itself.
go run -tags docs ./cmd/chuan docs docs

# So does the description of the service's API.
go run ./hack/openapi docs/reference/openapi.json
