/*
 * outlet.h — text on its way into a sink, gathered until a piece is worth writing.
 *
 * Memory  its own, outside the request's: what one long value took is given back with its piece,
 *         and the writer may rewind the request's meanwhile
 */
#ifndef BASE_OUTLET_H
#define BASE_OUTLET_H

#include "base/buf.h"
#include "base/flow.h"

struct outlet { struct sink to; struct arena *mem; struct buf text; };   /* write into text     */

void outlet_open(struct cx *cx, struct sink to, struct outlet *out);     /* ends with cx->mem   */
bool outlet_step(struct cx *cx, struct outlet *out) MUST_CHECK;          /* writes if it is much */
bool outlet_end(struct cx *cx, struct outlet *out) MUST_CHECK;           /* writes the rest     */

#endif
