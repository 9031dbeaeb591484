#!/bin/sh
# 96-resume-postgres.t — resuming without a loss over nginx and PostgreSQL, which restarts meanwhile.
FRONT=nginx DB=postgres
. t/95-resume.t
