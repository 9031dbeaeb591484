#!/bin/sh
# 92-alter-postgres.t — the same over nginx and PostgreSQL.
FRONT=nginx DB=postgres
. t/91-alter.t
