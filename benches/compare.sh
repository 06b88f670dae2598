#!/usr/bin/env bash
# Times imerr-annotate and the usual tools side by side, and prints a Markdown table.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
    cat <<'END'
usage: benches/compare.sh [--mib N] [--rounds N] [--keep]

  --mib N     size of the logs in MiB (default: 256); three times as much goes to $TMPDIR
  --rounds N  measured rounds, after one to warm up (default: 5)
  --keep      keep the logs, and print their directory

Needs hyperfine and python3. Rows whose program is missing (rg, perl, gawk, tspin, gzip, zstd) are skipped with a message.
A wrong answer ends the run with status 1.
END
}

fail() {
    echo "compare.sh: $*" >&2
    exit 1
}

note() { echo "compare.sh: $*" >&2; }

has() { command -v "$1" >/dev/null; }

mib=256 rounds=5 keep=
while (($#)); do
    case $1 in
    --mib) mib=${2:?--mib needs a number} && shift ;;
    --rounds) rounds=${2:?--rounds needs a number} && shift ;;
    --keep) keep=1 ;;
    -h | --help) usage && exit ;;
    *) usage >&2 && exit 2 ;;
    esac
    shift
done
has hyperfine || fail "hyperfine is missing: cargo install hyperfine"
has python3 || fail "python3 is missing"

# hyperfine takes each command as one string, so no path may contain a space.
dir=$(mktemp -d "${TMPDIR:-/tmp}/compare.XXXXXX")
if [[ $keep ]]; then
    note "the logs are in $dir"
else
    trap 'rm -rf "$dir"' EXIT
fi

cargo build --release --locked --quiet
target=${CARGO_TARGET_DIR:-target}
imerr=$(realpath "$target/release/imerr-annotate")
export IMERR_ANNOTATE=$imerr LC_ALL=C
peers=$PWD/benches/peers
grep_with="-j1 -f $peers/strict.regex"

# --- answers ------------------------------------------------------------------

# Stops the run if the answer of a program is wrong.
expect() {
    local what=$1 expected=$2 answer=$3
    [[ $answer == "$expected" ]] || fail "$what: expected $expected, got $answer"
}

size() { wc -c <"$1"; }

# Sets the numbers of bytes, of lines and of lines with codes of the log `$dir/NAME` in the maps of these names.
declare -A bytes lines coded
make() {
    local name=$1 mib=$2
    shift 2
    read -r bytes["$name"] lines["$name"] coded["$name"] < <(benches/corpus.py "$dir/$name" --mib "$mib" "$@")
    expect "size of $name" "${bytes[$name]}" "$(size "$dir/$name")"
    expect "lines of $name" "${lines[$name]}" "$(wc -l <"$dir/$name")"
}

# The count must be that of corpus.py, and the output without the annotations must be the log.
check_ours() {
    local name=$1 log=$dir/$1 out=$dir/out annotations
    expect "imerr-annotate --count of $name" "${coded[$name]}" "$("$imerr" -j1 --count "$log")"
    "$imerr" -j1 --format append "$log" >"$out"
    expect "annotated lines of $name" "${coded[$name]}" "$(grep -ac ' \[imerr ' "$out")"
    annotations=$(grep -aoE ' \[imerr [^]]*\]' "$out" | tr -d '\n' | wc -c)
    expect "size of $name annotated" $((bytes[$name] + annotations)) "$(size "$out")"
    "$imerr" -j1 "$log" | "$imerr" --strip | cmp - "$log" || fail "stripped $name is not $name"
    rm "$out"
}

check_grep() {
    local name=$1 log=$dir/$1 marks
    # shellcheck disable=SC2086 # the options are a list
    expect "rg -c of $name" "${coded[$name]}" "$(rg $grep_with -a -c "$log")"
    # shellcheck disable=SC2086 # the options are a list
    marks=$(rg $grep_with -a -o "$log" | wc -l)
    # shellcheck disable=SC2086 # the options are a list
    expect "size of rg --passthru of $name" $((bytes[$name] + 2 * marks)) "$(rg $grep_with -a --passthru -r '<$0>' "$log" | wc -c)"
}

# --- times --------------------------------------------------------------------

median() { sort -n | awk '{ at[NR] = $1 } END { print (at[int((NR + 1) / 2)] + at[int(NR / 2) + 1]) / 2 }'; }

# Runs both commands in turn, so that a change of the machine's load meets both, and prints a row of the table.
row() {
    local what=$1 output=$2 ours=$3 peer=$4 theirs=$5 round name
    rm -f "$dir"/times.*
    for ((round = 0; round <= rounds; round++)); do
        hyperfine -N --runs 1 --output "$output" -n ours "$ours" -n theirs "$theirs" --export-csv "$dir/round" >"$dir/messages" 2>&1 ||
            fail "hyperfine: $(cat "$dir/messages")"
        ((round > 0)) || continue
        for name in ours theirs; do
            awk -F, -v name=$name '$1 == name { print $4 }' "$dir/round" >>"$dir/times.$name"
        done
    done
    awk -v what="$what" -v peer="$peer" -v ours="$(median <"$dir/times.ours")" -v theirs="$(median <"$dir/times.theirs")" \
        'BEGIN { printf "| %s | %.3f | %s | %.3f | %.2f |\n", what, ours, peer, theirs, theirs / ours }'
}

# --- the table ----------------------------------------------------------------

rows_beside_rg() {
    has rg || { note "rg is missing: skipping its rows" && return; }
    local name
    for name in mixed short long; do
        check_grep $name
        row "count, $name" null "$imerr -j1 --count $dir/$name" "\`rg -c\`" "rg $grep_with -a -c $dir/$name"
        row "annotate, $name" null "$imerr -j1 $dir/$name" "\`rg --passthru -r\`" "rg $grep_with -a --passthru -r <\$0> $dir/$name"
    done
}

rows_beside_cat() {
    row "annotate to a file, mixed" "$dir/out" "$imerr -j1 $dir/mixed" "\`cat\`" "cat $dir/mixed"
    rm "$dir/out"
}

# Annotators in other languages; their output has a mark on each line with a code.
row_beside_script() {
    local program=$1 command=$2
    has "$program" || { note "$program is missing: skipping its row" && return; }
    expect "$command of small" "${coded[small]}" "$($command "$dir/small" | grep -ac ' \[peer ')"
    row "annotate, small" null "$imerr -j1 $dir/small" "$program" "$command $dir/small"
}

# tailspin colors and does not annotate: only its number of lines can be checked.
row_beside_tailspin() {
    has tspin || { note "tspin is missing: skipping its row" && return; }
    expect "lines of tspin of small" "${lines[small]}" "$(tspin --print "$dir/small" | wc -l)"
    row "annotate, small" null "$imerr -j1 $dir/small" "tailspin" "tspin --print $dir/small"
}

rows_of_threads() {
    mkdir "$dir/parts"
    split -n l/64 "$dir/mixed" "$dir/parts/"
    local parts
    parts=$(echo "$dir"/parts/*)
    # shellcheck disable=SC2086 # the files are a list without blanks
    expect "sum of the counts of 64 files" "${coded[mixed]}" "$("$imerr" -j2 --count $parts | awk -F: '{ sum += $NF } END { print sum }')"
    # shellcheck disable=SC2086 # the files are a list without blanks
    cmp <("$imerr" -j2 $parts) <("$imerr" -j1 "$dir/mixed") || fail "two threads and 64 files give other bytes than one thread and one file"
    row "annotate, mixed, -j2" null "$imerr -j2 $dir/mixed" "-j1" "$imerr -j1 $dir/mixed"
    row "annotate, mixed in 64 files, -j2" null "$imerr -j2 $parts" "-j1" "$imerr -j1 $parts"
    rm -r "$dir/parts"
}

# A binary that reads no compressed files finds nothing in them.
row_of_compressed() {
    local program=$1 file=$dir/small.$2 count
    has "$program" || { note "$program is missing: skipping its row" && return; }
    "$program" -c "$dir/small" >"$file"
    count=$("$imerr" -j1 --count "$file" 2>/dev/null)
    [[ $count != 0 ]] || { note "imerr-annotate does not read what $program writes: skipping its row" && return; }
    expect "imerr-annotate --count of small.$2" "${coded[small]}" "$count"
    row "count, small by $program, -j1" null "$imerr -j1 --count $file" "\`$program -dc\`" "$program -dc $file"
    row "count, small by $program, -j2" null "$imerr -j2 --count $file" "\`$program -dc\`" "$program -dc $file"
}

# The cost of statistics; they must agree with the count.
rows_of_stats() {
    local name counted
    for name in mixed short; do
        counted=$("$imerr" stats -j1 --format json "$dir/$name" | python3 -c 'import json, sys; print(json.load(sys.stdin)["matched_lines"])')
        expect "matched_lines of stats of $name" "${coded[$name]}" "$counted"
        row "stats, $name" null "$imerr stats -j1 $dir/$name" "\`--count\`" "$imerr -j1 --count $dir/$name"
    done
}

make mixed "$mib"
make short $(((mib + 3) / 4)) --shape short --density 1
make long $(((mib + 3) / 4)) --shape long --density 0.01
make small $((mib < 64 ? mib : 64))
for name in mixed short long small; do
    check_ours $name
done

echo "| what | this, s | beside | that, s | that / this |"
echo "| --- | ---: | --- | ---: | ---: |"
rows_beside_rg
rows_beside_cat
row_beside_script perl "perl $peers/annotate.pl"
row_beside_script gawk "gawk -b -f $peers/annotate.gawk"
row_beside_tailspin
rows_of_threads
rows_of_stats
row_of_compressed gzip gz
row_of_compressed zstd zst
