/*
 * base.h — the words every file uses: compiler attributes, array lengths, checked results.
 *
 * Extensions of the compiler stand behind a word here and nowhere else.
 */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define SCOPED(close) __attribute__((cleanup(close)))       /* close(&variable) when it leaves */
#define FORMAT(text, first) __attribute__((format(printf, text, first)))
#define NO_RETURN __attribute__((noreturn))
#define UNUSED __attribute__((unused))
#define TARGET(features) __attribute__((target(features)))  /* only where the processor has them */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
