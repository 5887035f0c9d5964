# One word for each thing a person does; the work is in scripts/.
#
#   make demo    bare machine -> a cut-out photo      make test    everything
#   make run     serve on PORT (8080)                 make lint    style and rules
#   make deps / build / format / bench[-cold|-controller] / fuzz / test-asan / test-tsan / test-e2e / clean
#   make images   container images of both programs  make test-images  their roots, without an engine
.DEFAULT_GOAL := build
.PHONY: help deps build programs demo run test test-engine test-unit test-chart test-contract \
	test-storefront test-browser test-edge test-asan test-tsan test-e2e test-images images fuzz lint format bench bench-cold \
	bench-controller clean

PORT ?= 8080
export PORT

help:
	@sed -n '3,6p' Makefile | sed 's/^# *//'

deps:
	@scripts/deps.sh build

build:
	@scripts/build.sh

# Without the tests, which take longer to compile than all else.
programs:
	@PREWARM_TARGETS=programs scripts/build.sh

demo: deps programs
	@scripts/demo.sh

run: programs
	@scripts/run.sh

test:
	@scripts/test.sh

test-engine test-unit test-chart test-contract test-storefront test-browser test-edge test-asan test-tsan test-e2e test-images:
	@scripts/test.sh $(@:test-%=%)

fuzz:
	@scripts/fuzz.sh

# Container images: docs/images.md.
images:
	@scripts/images.sh

lint:
	@scripts/lint.sh

format:
	@scripts/format.sh

bench:
	@scripts/bench.sh

bench-cold:
	@scripts/bench.sh cold

bench-controller:
	@scripts/bench_controller.sh

clean:
	rm -rf build build-asan build-tsan build-lint
