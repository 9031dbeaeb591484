#!/bin/sh
# 94-search-postgres.t — the same over nginx and PostgreSQL.
FRONT=nginx DB=postgres
. t/93-search.t
