#!/usr/bin/env bash
# Annotates the logs of a job: prints them with the commands of GitHub Actions, and ends with status 1 if the gate tripped.
#
# Reads IMERR_FILES (patterns of bash, one per line), IMERR_FAIL_ON (a severity, or empty) and IMERR_ARGS (more options), and the
# runner's RUNNER_TEMP. Writes the outputs `status`, `findings`, `errors` and `report` to GITHUB_OUTPUT.
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
reports=$(mktemp -d "$RUNNER_TEMP/imerr-annotate-XXXXXX")
options+=(--report "json=$reports/summary.json" --report "html=$reports/report.html")
status=0
imerr-annotate "${options[@]}" "${files[@]}" || status=$?
echo "status=$status" >>"$GITHUB_OUTPUT"
# A wrong option ends the program before it writes them.
if [ -f "$reports/summary.json" ]; then
    # Runners need not have jq. In a string of JSON, a quote has a backslash in front of it, so no text of a log looks like a key.
    count='"severity":("error"|"fatal"|null),"confidence":"[a-z]+","count":[0-9]+'
    errors=$({ grep -oE "$count" "$reports/summary.json" || true; } | awk -F: '{ sum += $NF } END { print sum + 0 }')
    findings=$(sed -n 's/^{"schema_version":.*"matched_lines":[0-9]*,"matches":\([0-9]*\),"codes":.*/\1/p' "$reports/summary.json")
    echo "findings=$findings" >>"$GITHUB_OUTPUT"
    echo "errors=$errors" >>"$GITHUB_OUTPUT"
    echo "report=$reports/report.html" >>"$GITHUB_OUTPUT"
fi
exit "$status"
