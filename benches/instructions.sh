#!/usr/bin/env bash
# Counts the instructions of the release binary over small logs and compares them with benches/instructions.txt.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
    cat <<'END'
usage: benches/instructions.sh [--renew]

Fails with status 1 when a count is more than 3 % above the one in benches/instructions.txt.

  --renew  write the counts of this run to the file

Needs valgrind and python3. The counts depend on the compiler and on the features of the processor; the file names both.
END
}

fail() {
    echo "instructions.sh: $*" >&2
    exit 1
}

renew=
case ${1-} in
'') ;;
--renew) renew=1 ;;
-h | --help) usage && exit ;;
*) usage >&2 && exit 2 ;;
esac
for program in valgrind python3; do
    command -v $program >/dev/null || fail "$program is missing"
done

figures=benches/instructions.txt
percent=3
dir=$(mktemp -d "${TMPDIR:-/tmp}/instructions.XXXXXX")
trap 'rm -rf "$dir"' EXIT

cargo build --release --locked --quiet
imerr=${CARGO_TARGET_DIR:-target}/release/imerr-annotate

# The processor features by which the searchers choose their code at run time.
machine() {
    local flags=none
    if [[ -r /proc/cpuinfo ]]; then
        flags=$(awk -F: '/^flags/ { print $2; exit }' /proc/cpuinfo | tr ' ' '\n' |
            grep -xE 'ss?se3|sse4_[12]|avx|avx2|avx512(bw|f|vl|vbmi)|bmi[12]|popcnt|pclmulqdq' | sort | tr '\n' ' ')
    fi
    echo "rustc: $(rustc -V)"
    echo "valgrind: $(valgrind --version)"
    echo "cpu: $(uname -m) ${flags% }"
}

# Makes the log NAME and checks that the binary counts right: a wrong answer may be a fast one.
make() {
    local name=$1 coded answer
    shift
    read -r _ _ coded < <(benches/corpus.py "$dir/$name" "$@")
    answer=$("$imerr" -j1 --count "$dir/$name")
    [[ $answer == "$coded" ]] || fail "--count of $name: expected $coded, got $answer"
}

# Prints `NAME TOTAL`, the instructions of all threads.
count() {
    local name=$1
    shift
    valgrind --tool=callgrind --callgrind-out-file="$dir/callgrind" "$imerr" "$@" -j1 >/dev/null 2>"$dir/messages" ||
        fail "valgrind: $(cat "$dir/messages")"
    awk -v name="$name" '$1 == "totals:" { print name, $2 }' "$dir/callgrind"
}

systems='apache java kubernetes nginx windows'

measure() {
    local name
    for name in mixed short long $systems; do
        count "count-$name" --count "$dir/$name"
    done
    count annotate-mixed "$dir/mixed"
    count annotate-short "$dir/short"
    count jsonl-short --format jsonl "$dir/short"
    count stats-short stats "$dir/short"
}

make mixed --mib 2 --density 0.001
make short --mib 1 --density 1 --shape short
make long --mib 2 --density 0.01 --shape long
for name in $systems; do
    make "$name" --mib 1 --density 0.001 --shape "$name"
done
measure >"$dir/now"

if [[ $renew ]]; then
    {
        echo "# Instructions of the release binary; see benches/instructions.sh, which writes this file with --renew."
        machine
        cat "$dir/now"
    } >"$figures"
    cat "$figures"
    exit
fi

[[ -r $figures ]] || fail "$figures is missing; write it with: benches/instructions.sh --renew"
grep -E '^(rustc|valgrind|cpu):' "$figures" >"$dir/machine.then" || true
if ! diff "$dir/machine.then" <(machine) >"$dir/difference"; then
    echo "instructions.sh: the figures come from another compiler or processor (<), so a difference may be theirs:" >&2
    cat "$dir/difference" >&2
fi

printf '%-18s %14s %14s %8s\n' log figures now change
awk -v percent=$percent '
    NR == FNR { then[$1] = $2; next }
    !($1 in then) { printf "%-18s %14s %14d %8s\n", $1, "-", $2, "new"; failed = 1; next }
    {
        change = ($2 / then[$1] - 1) * 100
        printf "%-18s %14d %14d %+7.2f%%\n", $1, then[$1], $2, change
        if (change > percent) failed = 1
    }
    END { exit failed }
' "$figures" "$dir/now" && exit

echo "instructions.sh: more than $percent % above the figures, or without one. If that is meant: benches/instructions.sh --renew" >&2
exit 1
