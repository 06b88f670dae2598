#!/usr/bin/env bash
# Annotates the logs of a job: prints them with the commands of GitHub Actions, and ends with status 1 if the gate tripped.
#
# Reads IMERR_FILES (patterns of bash, one per line), IMERR_FAIL_ON (a severity, or empty) and IMERR_ARGS (more options). Writes the
# output `status` to GITHUB_OUTPUT.
set -euo pipefail
shopt -s globstar

options=()
if [ -n "$IMERR_FAIL_ON" ]; then
    options+=(--fail-on "$IMERR_FAIL_ON")
fi
# xargs splits the options as a shell does, but expands nothing. It would run printf even if there were none, so one is fixed.
words_of_args() {
    printf '%s\n' "$IMERR_ARGS" | xargs printf '%s\0' --format=ci
}
if ! words_of_args > /dev/null; then
    echo "error: the input 'args' cannot be split into words: $IMERR_ARGS" >&2
    exit 2
fi
while IFS= read -r -d '' word; do
    options+=("$word")
done < <(words_of_args)
files=()
while IFS= read -r pattern; do
    # Not quoted, so that bash expands the pattern. Without IFS, it does not split it at blanks. A pattern without a match stays as it
    # is: the program then names the missing file.
    # shellcheck disable=SC2206
    IFS='' && files+=($pattern)
done <<<"$IMERR_FILES"
status=0
imerr-annotate "${options[@]}" "${files[@]}" || status=$?
echo "status=$status" >>"$GITHUB_OUTPUT"
exit "$status"
