/*
 * output.h — a struct out as JSON, by a table; the table is the schema in the reference too.
 */
#ifndef HTTP_OUTPUT_H
#define HTTP_OUTPUT_H

#include "base/cx.h"
#include "base/js.h"

enum output_type {
    O_END, O_TEXT, O_INT, O_REAL, O_BOOL, O_TIME,   /* O_TIME: int64 microseconds, 0 writes null */
    O_STAMP,        /* as O_TIME, written as records write theirs: ….123456+00:00 */
    O_JSON,         /* struct str: JSON text as it stands */
    O_OBJECT,       /* a nested struct, described by .of */
    O_MAYBE,        /* a pointer to a struct described by .of; NULL writes null */
    O_LIST,         /* struct out_list of structs described by .of */
    O_TEXTS         /* struct out_list of struct str */
};
struct out_list { const void *at; size_t n, each; };
struct output {
    enum output_type type;
    const char *name;
    size_t offset;
    const struct output *of;
    const char *about;              /* reference; NULL */
};
#define OUT(type_, from, ...) OUT_MEMBER(type_, from, __VA_ARGS__, )
#define OUT_MEMBER(type_, from, member, ...) \
    { .type = (type_), .name = #member, .offset = offsetof(struct from, member), __VA_ARGS__ }
/* When the wire name differs: OUT_AS(O_BOOL, from, is_applied, "isApplied"). */
#define OUT_AS(type_, from, member, ...) OUT_WIRE(type_, from, member, __VA_ARGS__, )
#define OUT_WIRE(type_, from, member, wire, ...) \
    { .type = (type_), .name = (wire), .offset = offsetof(struct from, member), __VA_ARGS__ }

void output_object(struct js *js, const char *key, const struct output *table, const void *from);

#endif
