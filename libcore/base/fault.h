/*
 * fault.h — named places where a test makes us fail: LARDER_FAULT="record.inserted:kill".
 *
 * FAULT("name") does nothing unless the environment named it when the process started; then it
 * returns true (fail), kills the process (kill) or sleeps (sleep). `name:action:n` acts the n-th
 * time. Compiled out with -DNO_FAULTS.
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include "base/base.h"

void fault_arm(const char *setting_or_null);                    /* once, at start                */
bool fault_hit(const char *name);
#ifdef NO_FAULTS
#define FAULT(name) false
#else
#define FAULT(name) fault_hit(name)
#endif

#endif
