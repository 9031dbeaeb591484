/*
 * configvalue.h — a configuration's values: sealed in the row, masked for readers, *** in the trail
 * (identity.md §16.2).
 *
 * Sealed   every text, however deep, whose member's name speaks of a secret. The seal is bound to
 *          the row and the place, so that no secret can be moved into another configuration
 * Masked   what the provider's schema marks; without a schema, what is sealed
 * Errors   configvalue_open, _fill, _mask: E_BROKEN when a seal does not open (another
 *          encryption_key). Masked secrets are not opened for that: such a row can be read and set
 *          anew
 */
#ifndef CONFIG_CONFIGVALUE_H
#define CONFIG_CONFIGVALUE_H

#include "base/jv.h"

struct configvalue_of { struct str id, category, provider_name; };      /* whose row */

/* given (an object) for the row; what equals the mask stays as it is in stored, or is left out. */
bool configvalue_seal(struct cx *cx, const struct configvalue_of *of, struct jv given,
                      struct str stored, struct str *out) MUST_CHECK;
bool configvalue_open(struct cx *cx, const struct configvalue_of *of, struct str stored,
                      struct jv *out) MUST_CHECK;
/* given with what the row has, open, wherever it equals the mask. */
bool configvalue_fill(struct cx *cx, const struct configvalue_of *of, struct jv given,
                      struct str stored, struct jv *out) MUST_CHECK;
bool configvalue_mask(struct cx *cx, const struct configvalue_of *of, struct str stored,
                      struct str *out) MUST_CHECK;
/* For the trail: sorted, secrets as ***. */
bool configvalue_tell(struct cx *cx, const struct configvalue_of *of, struct str stored,
                      struct str *out) MUST_CHECK;

#endif
