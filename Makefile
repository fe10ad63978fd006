# obs-tui: `make demo` shows it, `make test` checks it. Both set up what they need first.
SWIFT ?= swift
PREFIX ?= /usr/local
BUILD = .build-release
SECONDS ?= 60

.PHONY: help demo test build bench fuzz lint format install setup clean

help:
	@echo "make demo      build, then run the dashboard on the embedded demo stack"
	@echo "make test      build, then run every test"
	@echo "make build     build the program: $(BUILD)/release/obs-tui"
	@echo "make bench     measure it against its targets"
	@echo "make fuzz      try the decoders of traces on made-up texts, SECONDS ($(SECONDS)) for each"
	@echo "make lint      check the code's format"
	@echo "make install   install under PREFIX ($(PREFIX)), Swift runtime linked in"

setup:
	@scripts/setup.sh build

demo: build
	@$(BUILD)/release/obs-tui demo

build: setup
	$(SWIFT) build -c release --scratch-path $(BUILD) --product obs-tui

test:
	@scripts/setup.sh test
	@scripts/test.sh

lint:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests Benchmarks Fuzz

format:
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests Benchmarks Fuzz

bench: build
	@scripts/bench.sh

fuzz: setup
	@scripts/fuzz.sh $(SECONDS)

install: setup
	$(SWIFT) build -c release --scratch-path $(BUILD)-static --static-swift-stdlib --product obs-tui
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 -s $(BUILD)-static/release/obs-tui "$(DESTDIR)$(PREFIX)/bin/obs-tui"

clean:
	rm -rf .build $(BUILD) $(BUILD)-static Benchmarks/.build .build-fuzz
