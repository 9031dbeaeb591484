# Larder. `make run` serves on http://127.0.0.1:8000, `make test` proves it; README.md says the rest.
#
# Build    CC= SAN=address,undefined STATIC=1 COV=1 (each into a directory of its own), PG=0, THUMBS=0, PDF=0, OFF="room …"
# Run      PORT= DATA= DB= SUPERADMIN_EMAIL= SUPERADMIN_PASSWORD= FRONT=lighttpd|nginx
# Test     T="t/3*.t" for some, J= how many at once, DB=postgres for the black-box tests on PostgreSQL

CC       = gcc
OPT      = -O2
CFLAGS   = -std=c11 $(OPT) -g -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
           -Wmissing-prototypes -Wwrite-strings -Wvla -Wformat=2 -Werror -fstack-protector-strong
CPPFLAGS = -D_XOPEN_SOURCE=700 -Ilibcore
# Each program needs at run time what it calls, no more: libcurl is the worker's alone, libgd thumb's, libhpdf auditpdf's (t/09).
LIBS     = -Wl,--as-needed -lfcgi -lsqlite3 $(if $(NO_PG),,-lpq) -ljson-c -lsodium -lcurl -lm
NO_PG    = $(if $(filter 0,$(PG))$(STATIC),1)
J        = 2
T        = t/*.t $(B)/t/*.t

# Each way of building has its own directory; the plain one is build/ and bin/.
WAY := $(if $(SAN),san)$(if $(STATIC),static)$(if $(COV),cov)
B   := build$(WAY:%=/%)
BIN := $(if $(WAY),$(B)/)bin
ifneq ($(SAN),)
CFLAGS  += -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS += -fsanitize=$(SAN)
else ifneq ($(COV),)
OPT      = -O0
CFLAGS  += --coverage
LDFLAGS += --coverage
else
CPPFLAGS += -D_FORTIFY_SOURCE=2
endif
ifneq ($(STATIC),)
LDFLAGS += -static -Wl,--no-warnings
$(BIN)/worker $(BIN)/thumb $(BIN)/auditpdf $(B)/t/15-call.t: LDFLAGS := $(filter-out -static,$(LDFLAGS))
endif
ifneq ($(NO_PG),)
CPPFLAGS += -DNO_POSTGRES
else
CPPFLAGS += -I/usr/include/postgresql
endif

ROOMS := $(filter-out $(OFF),$(shell sed -n 's/^\([a-z]*\):.*/\1/p' libcore/ROOMS))
src2o  = $(patsubst %.c,$(B)/%.o,$(filter-out $(if $(NO_PG),libcore/db/postgres%),$(wildcard $(1))))
PROGS := $(patsubst cgi-bin/%.c,$(BIN)/%,$(filter-out $(if $(filter 0,$(THUMBS)),cgi-bin/thumb.c) $(if $(filter 0,$(PDF)),cgi-bin/auditpdf.c),$(wildcard cgi-bin/*.c)))
UNITS := $(patsubst t/unit/%.c,$(B)/t/%.t,$(wildcard t/unit/*.c))

all: $(PROGS)

# Other flags than last time rebuild everything. What is built needs what is installed first, when the goal asks for that.
FLAGS := $(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)
$(B)/flags: $(if $(subst :$(strip $(FLAGS)):,,:$(strip $(shell cat $(B)/flags 2>/dev/null)):),FORCE) | $(if $(filter run,$(MAKECMDGOALS)),deps-run) $(if $(filter test bench,$(MAKECMDGOALS)),deps-test)
	@mkdir -p $(@D); echo '$(strip $(FLAGS))' >$@
$(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D); $(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@
$(B)/libcore.a: $(call src2o,$(ROOMS:%=libcore/%/*.c))
	@rm -f $@; $(AR) rcs $@ $^
$(B)/t/unit/%.o: CPPFLAGS += -It/lib
$(B)/t/%.t: $(B)/t/unit/%.o $(B)/libcore.a
	@mkdir -p $(@D); $(CC) $(LDFLAGS) $^ $(LIBS) -o $@
.SECONDEXPANSION:
$(PROGS): $(BIN)/%: $(B)/cgi-bin/%.o $$(call src2o,cgi-bin/$$*/*.c) $(B)/libcore.a
	@mkdir -p $(@D); $(CC) $(LDFLAGS) $^ $(LIBS) -o $@
-include $(patsubst %.o,%.d,$(call src2o,$(ROOMS:%=libcore/%/*.c) cgi-bin/*.c cgi-bin/*/*.c t/unit/*.c))

$(BIN)/thumb: LIBS := -Wl,--as-needed -lgd -lm
$(BIN)/auditpdf: LIBS += -lhpdf

units: $(UNITS)

# --- run -------------------------------------------------------------------------------------------

# make deletes the target of a recipe it is interrupted in, and the programs stop when their pid file
# is gone: so they end with make, whoever the signal was meant for.
PORT  = 8000
DATA  = data
FRONT = lighttpd
ifneq ($(filter run,$(MAKECMDGOALS)),)
$(if $(filter lighttpd nginx,$(FRONT)),,$(error FRONT is lighttpd or nginx, not '$(FRONT)'))
endif
run: build/run/$(PORT).pid
build/run/$(PORT).pid: FORCE all
	@mkdir -p $(@D); exec env LARDER_PORT='$(PORT)' $(if $(LARDER_REQUIRE_EMAIL_VERIFICATION)$(SNACKBASE_REQUIRE_EMAIL_VERIFICATION),,LARDER_REQUIRE_EMAIL_VERIFICATION=0) \
	$(if $(DB),LARDER_DATABASE_URL='$(DB)') \
	$(if $(SUPERADMIN_EMAIL),LARDER_SUPERADMIN_EMAIL='$(SUPERADMIN_EMAIL)') \
	$(if $(SUPERADMIN_PASSWORD),LARDER_SUPERADMIN_PASSWORD='$(SUPERADMIN_PASSWORD)') \
	bin/larder --data '$(DATA)' serve --front '$(FRONT)' --pid-file $@

# --- prove -----------------------------------------------------------------------------------------

test: check
check: all units
	@rm -rf $(B)/exchanges; LARDER_BUILD=$(B) LARDER_BIN=$(BIN) DB=$(DB) prove -j$(J) --exec '' $(T)
check-house: all units
	@prove -j$(J) --exec '' t/0*.t
cover:
	@ALL=1 $(MAKE) --no-print-directory check COV=1 T="$(wildcard t/3*.t t/4*.t) t/64-cgi-postgres.t build/cov/t/*.t"
	@t/lib/cover.sh build/cov 85
bench: all $(B)/load/nop $(B)/load/fanout
	@$(MAKE) --no-print-directory -s STATIC=1 all && t/load/bench.sh
$(B)/load/%: t/load/%.c
	@mkdir -p $(@D); $(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $< -lfcgi -o $@

# Each target runs FUZZ_SECONDS; what it learns stays in build/fuzz/corpus, what breaks it is named.
FUZZ_SECONDS = 60
FUZZ_ASAN    = fuzzer-no-link,address,undefined
fuzz-%: t/fuzz/%.c FORCE
	@$(MAKE) --no-print-directory -s B=build/fuzz CC=clang SAN=$(FUZZ_ASAN) build/fuzz/libcore.a
	@mkdir -p build/fuzz/corpus/$*; clang $(CPPFLAGS) $(CFLAGS) -fsanitize=fuzzer,address,undefined \
	    -fno-sanitize-recover=all $< build/fuzz/libcore.a $(LIBS) -o build/fuzz/$*
	@build/fuzz/$* -max_total_time=$(FUZZ_SECONDS) -max_len=4096 -timeout=10 -print_final_stats=1 \
	    -artifact_prefix=build/fuzz/$*- build/fuzz/corpus/$* t/fuzz/corpus/$*

# What the programs answer, from their own tables; committed, and t/06-openapi.t says when it is stale.
openapi: all
	@mkdir -p $(B)/openapi static; for p in $$(grep -lE '\bserve(_looping)?\(argc' cgi-bin/*.c | xargs -n1 basename -s .c); do \
	    $(BIN)/$$p --routes >$(B)/openapi/$$p.json || exit 1; done
	@$(BIN)/system --join-openapi $(B)/openapi/*.json >$(B)/openapi.new && mv $(B)/openapi.new static/openapi.json
# One file at a time: clang-tidy 14 loses track of va_list in the second.
lint: deps-lint
	@printf '%s\n' $(wildcard libcore/*/*.c cgi-bin/*.c cgi-bin/*/*.c) | xargs -P$(J) -I{} sh -c \
	    'said=$$(clang-tidy --quiet {} -- $(CPPFLAGS) -std=c11 2>&1) || { echo "$$said"; exit 1; }'
	@cppcheck --quiet -j$(J) --std=c11 --enable=warning,portability --error-exitcode=1 \
	    '--suppress=*:/usr/*' -Ilibcore libcore cgi-bin
	@$(MAKE) --no-print-directory -s B=build/analyzer BIN=build/analyzer/bin OPT='-O1 -fanalyzer' all
format: deps-lint
	@clang-format --style=file:t/style.clang-format -i $(wildcard libcore/*/*.[ch] cgi-bin/*.c cgi-bin/*/*.c)

# --- hand on ---------------------------------------------------------------------------------------

PREFIX = /usr/local
HOME_DIR = $(DESTDIR)$(PREFIX)/lib/larder
install: all
	@install -d '$(HOME_DIR)/bin' '$(DESTDIR)$(PREFIX)/bin'
	@install -m 755 $(PROGS) '$(HOME_DIR)/bin'
	@for d in templates static schema; do [ ! -d $$d ] || cp -R $$d '$(HOME_DIR)/'; done
	@ln -sf ../lib/larder/bin/larder '$(DESTDIR)$(PREFIX)/bin/larder'

# What Debian calls the things we need; installed only when something is missing.
BUILD_PACKAGES = gcc make libc6-dev libfcgi-dev libsqlite3-dev libpq-dev libjson-c-dev libsodium-dev \
                 libcurl4-openssl-dev $(if $(filter 0,$(THUMBS)),,libgd-dev) $(if $(filter 0,$(PDF)),,libhpdf-dev)
RUN_PACKAGES   = $(BUILD_PACKAGES) $(if $(filter 0,$(PDF)),,fonts-dejavu-core) $(FRONT)
TEST_PACKAGES  = $(BUILD_PACKAGES) poppler-utils fonts-dejavu-core git lighttpd nginx apache2-bin sqlite3 postgresql perl binutils curl jq iso-codes \
                 nodejs npm chromium wrk
LINT_PACKAGES  = clang-tidy clang-format cppcheck
define install_missing
@missing=; for p in $(1); do \
    dpkg -s $$p >/dev/null 2>&1 || command -v $$p >/dev/null || missing="$$missing $$p"; done; \
[ -z "$$missing" ] || { echo "installing$$missing"; as=; [ "$$(id -u)" = 0 ] || as=sudo; \
    $$as apt-get -qq update && \
    $$as env DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends $$missing >/dev/null; }
endef
deps: deps-test
deps-run:
	$(call install_missing,$(RUN_PACKAGES))
deps-lint:
	$(call install_missing,$(LINT_PACKAGES))
deps-test: t/sdk/node_modules t/browser/node_modules
	$(call install_missing,$(TEST_PACKAGES))
t/%/node_modules: t/%/package-lock.json
	$(call install_missing,nodejs npm)
	@cd $(@D) && npm ci --silent --no-audit --no-fund && touch node_modules

clean:
	rm -rf build bin
.PHONY: all units openapi run test check check-house cover bench lint format install deps deps-run deps-lint deps-test clean FORCE
.SECONDARY:
