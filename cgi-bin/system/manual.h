/*
 * manual.h — the OpenAPI document as rows for the reference page: groups, operations, their fields.
 *
 * Rows   of templates/docs.html; they live in cx->mem
 */
#ifndef SYSTEM_MANUAL_H
#define SYSTEM_MANUAL_H

#include "base/jv.h"
#include "view/fill.h"

struct manual_rows { const struct fill **at; size_t n, room; };

/* The text of static/openapi.json for this installation: its base_path and api_prefix. */
bool manual_text(struct cx *cx, struct str *json) MUST_CHECK;
bool manual_document(struct cx *cx, struct jv *document) MUST_CHECK;
void manual_groups(struct cx *cx, struct jv document, struct manual_rows *groups);
/* One operation by its id; JV_ABSENT: none. */
struct jv manual_operation(struct jv document, struct str id, struct str *method, struct str *path);

#endif
