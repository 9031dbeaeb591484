/*
 * reference.h — the OpenAPI document as rows for the reference page: groups, operations, their fields.
 *
 * Rows   of templates/docs.html; they live in cx->mem
 */
#ifndef SYSTEM_REFERENCE_H
#define SYSTEM_REFERENCE_H

#include "base/jv.h"
#include "view/fill.h"

struct reference_rows { const struct fill **at; size_t n, room; };

/* The text of static/openapi.json for this installation: its base_path and api_prefix. */
bool reference_text(struct cx *cx, struct str *json) MUST_CHECK;
bool reference_document(struct cx *cx, struct jv *document) MUST_CHECK;
void reference_groups(struct cx *cx, struct jv document, struct reference_rows *groups);
/* One operation by its id; JV_ABSENT: none. */
struct jv reference_operation(struct jv document, struct str id, struct str *method, struct str *path);

#endif
