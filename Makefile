# One word for each thing a person does; the work is in scripts/.
#
#   make demo    bare machine -> a cut-out photo      make test    everything
#   make run     serve on PORT (8080)                 make lint    style and rules
#   make deps / build / format / bench[-cold|-controller] / fuzz / test-asan / test-tsan / test-e2e / clean
.DEFAULT_GOAL := build
.PHONY: help deps build programs demo run test test-unit test-contract test-asan \
	test-tsan test-e2e fuzz lint format bench bench-cold bench-controller clean

PORT ?= 8080
export PORT

help:
	@sed -n '3,5p' Makefile | sed 's/^# *//'

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

test-unit test-contract test-asan test-tsan test-e2e:
	@scripts/test.sh $(@:test-%=%)

fuzz:
	@scripts/fuzz.sh

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
	rm -rf build build-asan build-tsan build-fuzz
