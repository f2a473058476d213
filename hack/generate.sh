#!/usr/bin/env bash
# Regenerates what controller-gen makes, in the current directory: deep copies and apply configurations of the API types,
# the CRDs, and the manager's role.
set -euo pipefail
controller_gen=${1:?usage: hack/generate.sh CONTROLLER-GEN}

"$controller_gen" object crd applyconfiguration paths=./api/v1alpha1 output:crd:dir=config/crd/bases
"$controller_gen" rbac:roleName=manager-role paths=./controllers/... output:rbac:dir=config/rbac
