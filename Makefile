# One command each for the usual jobs; `make` alone lists them.

SHELL := /bin/sh
# Rust's own installer leaves cargo here; a shell opened before it ran does not know.
export PATH := $(PATH):$(HOME)/.cargo/bin

TARGET := $(or $(CARGO_TARGET_DIR),target)
OUT := formcheck-out
DEMO := demo_faults
N ?= 20
SEED ?= 1
PAIRS ?= 4
SETS ?= fixtures/lifts
FUZZ_S ?= 60

.DEFAULT_GOAL := help
.PHONY: help setup demo test bench truth accuracy pictures doctor fuzz clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## system packages, pose networks and ONNX Runtime; once
	@models/packages.sh
	@models/install.sh

demo: setup ## build, then analyse a lift with faults
	cargo build --release
	$(TARGET)/release/formcheck analyze fixtures/lifts/$(DEMO).mp4 --out $(OUT)
	@echo "The report is $(OUT)/$(DEMO)/report.html, the video beside it annotated.mp4."

test: setup ## every test of the workspace
	cargo test --release --workspace

fuzz: ## damaged bytes into every reader, FUZZ_S seconds each where cargo-fuzz is installed, else 1000 mutations each
	@models/fuzz.sh $(FUZZ_S)

bench: setup ## time each stage and the whole line
	cargo bench

truth: setup ## render N lifts (PAIRS of them from two cameras) from SEED and measure the program against them
	fixtures/lifter/fetch.sh
	cargo run --release --package lifter -- random --n $(N) --seed $(SEED) --pairs $(PAIRS) --out fixtures/random
	cargo run --release -- evaluate fixtures/random --tracks $(TARGET)/tracks

accuracy: setup ## measure the program against SETS and write what came into docs/accuracy.md and fixtures/ACCURACY.md
	cargo build --release
	fixtures/accuracy.sh $(TARGET)/release/formcheck $(TARGET)/tracks $(SETS)

pictures: setup ## the README's pictures from a committed lift (needs chromium and ffmpeg)
	cargo build --release
	@fixtures/pictures/make.sh $(TARGET)/release/formcheck

doctor: ## what is missing on this machine, and the cure
	@cargo run --release --quiet -- doctor

clean: ## remove what was built and analysed; keeps models/cache
	cargo clean
	rm -rf $(OUT)
