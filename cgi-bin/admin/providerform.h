/*
 * providerform.h — the settings of a provider as a form, from the table of its members; without a
 * table they are JSON.
 *
 * Secrets  are never shown: an empty field keeps what is stored
 * Unknown  members that no table has stay as they are
 */
#ifndef ADMIN_PROVIDERFORM_H
#define ADMIN_PROVIDERFORM_H

#include "config/configuration.h"
#include "config/provider.h"
#include "desk/form.h"

struct providerform {
    struct form form;
    const struct provider *provider;    /* NULL: nobody knows it                                  */
    struct jv shown;                    /* what is stored, secrets masked; JV_ABSENT: nothing yet */
};
/* row->stored absent: a new one, with the defaults. extra: fields before those of the provider,
 * ended by { 0 }. */
bool providerform_open(struct providerform *form, struct cx *cx, const struct configuration *row,
                       const struct form_field *extra) MUST_CHECK;
/* Before it is shown again: secrets that came are forgotten. */
void providerform_hide(struct providerform *form);
/* What configchange_values takes; a fault of the form and false when a value is none. */
bool providerform_values(struct providerform *form, struct jv *out);

#endif
