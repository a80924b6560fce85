# What a developer does here. `make` alone lists it.
# Every target builds with the same flags into the same target folder, so that nothing is compiled twice.

CARGO ?= cargo
LIBRARIES := hodlxxi-kernel hodlxxi-audit hodlxxi-auth hodlxxi-backup hodlxxi-limit hodlxxi-lnurl hodlxxi-oauth hodlxxi-store-sql hodlxxi-store-redis
# Seconds that each fuzz target runs for.
FUZZ_SECONDS ?= 20
# How they are built; plain and without a sanitizer is what a short run can afford: `--dev --sanitizer none`.
FUZZ_FLAGS ?=
# `--no-verify` leaves out building each package once more from what was packed.
PACKAGE_FLAGS ?=

# What to measure, such as `--only authorize` or `--seconds 5`.
LOAD_FLAGS ?=

.PHONY: help run build test lint format deny bench cryptobench fuzz package openapi linkage

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F'\t' '{ printf "  make %-11s %s\n", $$1, $$2 }'

run: ## Start the server on http://localhost:5000, with its data in ./data
	$(CARGO) run --locked -p hodlxxi --bin hodlxxi -- serve

build: ## Build the server, the suite and the examples, as the tests need them
	$(CARGO) build --locked --workspace --bins --tests --examples

test: ## Install what the tests need, then run all of them, on every kind of installation
	tests/install
	$(CARGO) build --locked --workspace --bins --tests --examples
	tests/previous
	tests/with-servers tests/every-installation

lint: ## Format, clippy and documentation, each warning an error
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --workspace --no-deps

format: ## Format every source file
	$(CARGO) fmt --all

deny: ## Check licences, bans, sources and, where their database can be had, security advisories
	@command -v cargo-deny >/dev/null || $(CARGO) install --locked cargo-deny
	$(CARGO) deny --locked check bans licenses sources
	@if timeout 120 $(CARGO) deny fetch db; then \
	    $(CARGO) deny --locked check advisories; \
	else \
	    echo '###########################################################################' >&2; \
	    echo '## ADVISORIES WERE NOT CHECKED: the RustSec database could not be fetched.' >&2; \
	    echo '## The workflow "security" checks them; so does this target, with a network.' >&2; \
	    echo '###########################################################################' >&2; \
	fi

bench: ## Measure the running server beside its bare stack, and write the table of docs/performance.md
	tests/install
	$(CARGO) build --locked --release -p hodlxxi -p hodlxxi-load --bins
	target=$${CARGO_TARGET_DIR:-target}; $$target/release/hodlxxi-load --write docs/performance.md $(LOAD_FLAGS)

cryptobench: ## Measure the speed of signing and verifying alone (Criterion)
	$(CARGO) bench --locked -p hodlxxi-auth -p hodlxxi-oauth

fuzz: ## Build every fuzz target and run each for FUZZ_SECONDS (needs a nightly toolchain)
	@command -v cargo-fuzz >/dev/null || $(CARGO) install --locked cargo-fuzz
	$(CARGO) +nightly fuzz build $(FUZZ_FLAGS)
	@set -e; for target in $$($(CARGO) +nightly fuzz list); do \
	    echo "fuzzing $$target"; \
	    $(CARGO) +nightly fuzz run $(FUZZ_FLAGS) $$target -- -max_total_time=$(FUZZ_SECONDS); \
	done

package: ## Package every library crate as crates.io would take it
	$(CARGO) package --locked $(PACKAGE_FLAGS) $(addprefix -p ,$(LIBRARIES))

openapi: build ## Write docs/openapi.json from the server
	$${CARGO_TARGET_DIR:-target}/debug/hodlxxi openapi > docs/openapi.json

linkage: ## Check that the server asks for no system libpq, OpenSSL or SQLite
	@binary=$${CARGO_TARGET_DIR:-target}/debug/hodlxxi; \
	if ldd $$binary | grep -E 'lib(pq|ssl|crypto|sqlite3)\.'; then \
	    echo "$$binary asks for a system library that it should bring along" >&2; exit 1; \
	fi
