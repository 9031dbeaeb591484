/* metrics.h — GET /metrics: Prometheus text format 0.0.4 (capebase.md §9). */
#ifndef SYSTEM_METRICS_H
#define SYSTEM_METRICS_H

#include "http/route.h"

extern const struct route metrics_routes[];

#endif
