# obs-tui: `make demo` shows it, `make test` checks it. Both set up what they need first.
SWIFT ?= swift
PREFIX ?= /usr/local
BUILD = .build-release
STATIC = $(BUILD)-static
SECONDS ?= 60
MINUTES ?= 30

# What --version says. SOURCE_DATE_EPOCH makes the same day of every build of one source.
export OBS_BUILD_COMMIT ?= $(shell git describe --always --dirty --abbrev=12 --exclude '*' 2>/dev/null)
export OBS_BUILD_DATE ?= $(shell date -u -d "@$${SOURCE_DATE_EPOCH:-$$(date +%s)}" +%Y-%m-%d)

# The libraries that a tarball has beside the program are found from where the program lies. RPATH, not RUNPATH: theirs, too.
RPATH = -Xlinker -rpath -Xlinker '$$ORIGIN/../lib/obs-tui' -Xlinker --disable-new-dtags

.PHONY: help demo test test-faults build bench soak fuzz lint format static install dist deb setup clean

help:
	@echo "make demo         build, then run the dashboard on the embedded demo stack"
	@echo "make test         build, then run every test"
	@echo "make test-faults  build, then break every store in every way, each for some seconds (about 10 minutes)"
	@echo "make build        build the program: $(BUILD)/release/obs-tui"
	@echo "make bench        measure it against its targets"
	@echo "make soak         run the demo at speed for MINUTES ($(MINUTES)) and see that nothing grows"
	@echo "make fuzz         try the decoders of traces on made-up texts, SECONDS ($(SECONDS)) for each"
	@echo "make lint         check the code's format"
	@echo "make install      install under PREFIX ($(PREFIX)), Swift runtime linked in"
	@echo "make dist         make a tarball that runs where nothing is installed, and prove it: dist/"
	@echo "make deb          make a Debian package, and prove it: dist/"

setup:
	@scripts/setup.sh build

demo: build
	@$(BUILD)/release/obs-tui demo

build: setup
	$(SWIFT) build -c release --scratch-path $(BUILD) --product obs-tui

test:
	@scripts/setup.sh test
	@scripts/test.sh

test-faults: build
	@scripts/setup.sh test
	@scripts/test-faults.sh $(BUILD)/release/obs-tui

lint:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests Benchmarks Fuzz

format:
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests Benchmarks Fuzz

bench: build
	@scripts/bench.sh

soak: build
	@scripts/setup.sh test
	@scripts/soak.py $(BUILD)/release/obs-tui --minutes $(MINUTES)

fuzz: setup
	@scripts/fuzz.sh $(SECONDS)

static: setup
	$(SWIFT) build -c release --scratch-path $(STATIC) --static-swift-stdlib --product obs-tui $(RPATH) $(SWIFTFLAGS)

install: static
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 -s $(STATIC)/release/obs-tui "$(DESTDIR)$(PREFIX)/bin/obs-tui"

dist: static
	@scripts/setup.sh dist
	@scripts/dist.sh $(STATIC)/release/obs-tui

deb: dist
	@scripts/deb.sh

clean:
	rm -rf .build $(BUILD) $(STATIC) Benchmarks/.build .build-fuzz .build-bench dist
