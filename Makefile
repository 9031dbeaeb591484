# Larder. `make run` serves on http://127.0.0.1:8000, `make test` proves it; README.md says the rest.

CC      = gcc
CFLAGS  = -std=c11 -O2 -g -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
          -Wmissing-prototypes -Wwrite-strings -Wvla -Wformat=2 -Werror -fstack-protector-strong
CPPFLAGS = -D_POSIX_C_SOURCE=200809L -D_FORTIFY_SOURCE=2 -Ilibcore -It/lib
LIBS    = -lfcgi -lsqlite3 -lpq -ljson-c -lsodium -lm

ROOMS := $(filter-out $(OFF),$(shell sed -n 's/^\([a-z]*\):.*/\1/p' libcore/ROOMS))
src2o  = $(patsubst %.c,build/%.o,$(wildcard $(1)))
PROGS := $(patsubst cgi-bin/%.c,bin/%,$(wildcard cgi-bin/*.c))
UNITS := $(patsubst t/unit/%.c,build/t/%.t,$(wildcard t/unit/*.c))

all: $(PROGS)

build/flags: FORCE
	@mkdir -p build; echo '$(CC) $(CPPFLAGS) $(CFLAGS)' | cmp -s - $@ || echo '$(CC) $(CPPFLAGS) $(CFLAGS)' >$@
build/%.o: %.c build/flags
	@mkdir -p $(@D); $(CC) $(CPPFLAGS) -I/usr/include/postgresql $(CFLAGS) -MMD -MP -c $< -o $@
build/libcore.a: $(call src2o,$(ROOMS:%=libcore/%/*.c))
	@rm -f $@; $(AR) rcs $@ $^
build/t/%.t: build/t/unit/%.o build/libcore.a
	@mkdir -p $(@D); $(CC) $(LDFLAGS) $^ $(LIBS) -o $@
.SECONDEXPANSION:
$(PROGS): bin/%: build/cgi-bin/%.o $$(call src2o,cgi-bin/$$*/*.c) build/libcore.a
	@mkdir -p bin; $(CC) $(LDFLAGS) $^ $(LIBS) -o $@

units: $(UNITS)
clean:
	rm -rf build bin
-include $(shell find build -name '*.d' 2>/dev/null)
.PHONY: all units clean FORCE
.SECONDARY:
