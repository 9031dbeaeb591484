#!/bin/sh
# 71-tour-accounts.t — the same in an account without scripts, and in one that has nothing yet, in German.
WHO=accounts
. t/71-tour.t
