#!/usr/bin/env bash
# Annotates the logs of a job: prints them with the commands of GitHub Actions, and ends with status 1 if the gate tripped.
#
# Reads IMERR_FILES (patterns of bash), IMERR_FAIL_ON (a severity, or empty) and IMERR_ARGS (more options).
set -euo pipefail
shopt -s globstar

options=(--format ci)
if [ -n "$IMERR_FAIL_ON" ]; then
    options+=(--fail-on "$IMERR_FAIL_ON")
fi
# The options and patterns are words for the shell, so they are not quoted. A pattern without a match stays as it is: the
# program then names the missing file.
# shellcheck disable=SC2206
options+=($IMERR_ARGS)
# shellcheck disable=SC2206
files=($IMERR_FILES)
exec imerr-annotate "${options[@]}" "${files[@]}"
