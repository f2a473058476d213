# Chuan. `make help` lists what there is; every target installs or builds what it needs and says what it is doing.
SHELL := /usr/bin/env bash -o pipefail
.SHELLFLAGS := -ec
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# CLUSTER=local builds and starts a Kubernetes of our own on this machine; CLUSTER=existing uses KUBECONFIG.
CLUSTER ?= local
# IMAGES is the registry prefix from which an existing cluster pulls the images.
IMAGES ?=
# N is the number of agencies of bench-provision, and of procedures of bench-lint, which takes 10000 when it is not given.
N ?= 1000

BIN := bin
TOOLS := $(BIN)/tools
GO ?= go
# One set of build flags for everything, so that binaries, tests, linters and the cluster's CoreDNS share one build cache.
export CGO_ENABLED = 0
export GOFLAGS += -trimpath
GOBUILD := $(GO) build -ldflags "-s -w"

##@ Use

.PHONY: demo
demo: $(BIN)/cluster ## Start a real Kubernetes with the operator and fifteen agencies, and send a dossier through one of them.
	@$(GO) run ./hack/demo -cluster=$(CLUSTER) -images=$(IMAGES)

.PHONY: demo-down
demo-down: $(BIN)/cluster ## Stop the demo's Kubernetes and leave nothing behind.
	@$(BIN)/cluster down

.PHONY: serve
serve: ## Serve the agencies of examples/dien-bien without any cluster, on http://localhost:8080.
	@$(GO) run ./cmd/workflowd --manifests examples/dien-bien --data $(BIN)/data --development-sign-in

.PHONY: build
build: ## Build the three binaries into bin/.
	@echo "building bin/manager, bin/workflowd and bin/chuan"
	@$(GOBUILD) -o $(BIN)/manager .
	@$(GOBUILD) -o $(BIN)/workflowd ./cmd/workflowd
	@$(GOBUILD) -o $(BIN)/chuan ./cmd/chuan

##@ Test

.PHONY: test
test: $(BIN)/cluster ## Run all unit tests, and the integration tests against a real API server.
	@echo "test: building the API server for the integration tests where it is missing"
	@assets=$$($(BIN)/cluster assets); \
	  echo "test: running all tests of the product"; \
	  KUBEBUILDER_ASSETS=$$assets $(GO) test -p 2 ./...
	@echo "test: running the tests of hack/cluster"
	@cd hack/cluster && $(GO) test ./...

# FUZZTIME is how many seconds each fuzz target runs.
FUZZTIME ?= 30

.PHONY: fuzz
fuzz: ## Fuzz every fuzz target for FUZZTIME seconds (30), in bounded memory.
	@hack/fuzz.sh $(FUZZTIME)

.PHONY: e2e
e2e: $(BIN)/cluster ## Run the demo as a test on a real node: pods, volumes, failures.
	@$(GO) test -tags e2e -count=1 -timeout 25m -v ./test/e2e

# ROUNDS is how often workflowd is killed with its records in files, PGROUNDS with its records in PostgreSQL.
ROUNDS ?= 100
PGROUNDS ?= 30

.PHONY: test-durability
test-durability: ## Kill workflowd, and PostgreSQL, at random moments under load: nothing acknowledged may be lost.
	@$(GOBUILD) -o $(BIN)/workflowd ./cmd/workflowd
	@$(GO) run ./test/durability -sqlite $(ROUNDS) -postgres $(PGROUNDS)

.PHONY: bench-service
bench-service: ## Time the transitions of workflowd, in its stores and over HTTP, against bare loops.
	@$(GO) run ./test/bench/service

.PHONY: bench-provision
bench-provision: $(BIN)/cluster ## Time N agencies against a bare client that applies the same objects (N=1000).
	@$(GOBUILD) -o $(BIN)/manager .
	@assets=$$($(BIN)/cluster assets); \
	  KUBEBUILDER_ASSETS=$$assets $(GO) run ./test/bench/provision -n $(N) -manager $(BIN)/manager

.PHONY: bench-lint
bench-lint: N = 10000
bench-lint: $(TOOLS)/kubeconform ## Time chuan lint, all rules, over N procedures against kubeconform (N=10000).
	@$(GOBUILD) -o $(BIN)/chuan ./cmd/chuan
	@$(GO) run ./test/bench/lint -n $(N) -chuan $(BIN)/chuan -kubeconform $(TOOLS)/kubeconform

##@ Work on it

.PHONY: generate
generate: $(TOOLS)/controller-gen ## Regenerate deep copies, apply configurations, CRDs, RBAC and the reference documentation.
	@hack/generate.sh $(CURDIR)/$(TOOLS)/controller-gen

.PHONY: verify
verify: $(TOOLS)/controller-gen ## Check that generated files, formatting, go.mod and the import arrows are as they should be.
	@hack/verify.sh $(CURDIR)/$(TOOLS)/controller-gen

.PHONY: lint
lint: $(TOOLS)/golangci-lint ## Lint the code and the API types.
	@echo "lint: golangci-lint"
	@$(TOOLS)/golangci-lint run
	@cd hack/cluster && ../../$(TOOLS)/golangci-lint run --config ../../.golangci.yml

.PHONY: fmt
fmt: $(TOOLS)/golangci-lint ## Format the code.
	@$(TOOLS)/golangci-lint fmt

##@ Parts

.PHONY: cluster-up
cluster-up: $(BIN)/cluster ## Start the local Kubernetes alone.
	@$(BIN)/cluster up

.PHONY: cluster-down
cluster-down: demo-down ## Stop the local Kubernetes.

$(BIN)/cluster: $(shell find hack/cluster -type f -not -name '*.md' -not -path '*/kubernetes/*' -not -path '*/coredns/*' 2>/dev/null)
	@echo "building bin/cluster"
	@$(GO) -C hack/cluster build -o $(CURDIR)/$@ .

$(TOOLS)/controller-gen: hack/tools/go.mod hack/tools/go.sum
	@echo "building the pinned controller-gen"
	@$(GO) -C hack/tools build -o $(CURDIR)/$@ sigs.k8s.io/controller-tools/cmd/controller-gen

$(TOOLS)/golangci-lint: hack/tools/go.mod hack/tools/go.sum hack/tools/golangci-lint/main.go
	@echo "building the pinned golangci-lint with kube-api-linter (a few minutes from an empty cache)"
	@$(GO) -C hack/tools build -o $(CURDIR)/$@ ./golangci-lint

$(TOOLS)/kubeconform: test/bench/lint/kubeconform/go.mod test/bench/lint/kubeconform/go.sum
	@echo "building the pinned kubeconform"
	@$(GO) -C test/bench/lint/kubeconform build -o $(CURDIR)/$@ github.com/yannh/kubeconform/cmd/kubeconform

.PHONY: clean
clean: ## Remove what was built in the checkout; the cluster's binaries stay in the user's cache.
	@rm -rf $(BIN)

.PHONY: help
help: ## Show this help.
	@awk 'BEGIN {FS = ":.*##"; printf "Usage: make \033[36mTARGET\033[0m\n"} \
	  /^[a-zA-Z0-9_-]+:.*?##/ {printf "  \033[36m%-18s\033[0m %s\n", $$1, $$2} \
	  /^##@/ {printf "\n\033[1m%s\033[0m\n", substr($$0, 5)}' $(MAKEFILE_LIST)
