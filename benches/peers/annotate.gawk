#!/usr/bin/env -S gawk -b -f
# What one would write in awk: appends the meaning of the first code of a line. `annotate.gawk FILE...`
#
# The table comes from `imerr-annotate list --format csv`; IMERR_ANNOTATE names another program. The expression is that of
# strict.regex, which awk cannot read as it is.
BEGIN {
    program = "IMERR_ANNOTATE" in ENVIRON ? ENVIRON["IMERR_ANNOTATE"] : "imerr-annotate"
    table = "'" program "' list --format csv"
    while ((table | getline line) > 0) {
        # A field is bare or in quotes, where a quote is doubled. The meaning is the seventh.
        patsplit(line, fields, /([^,"]*)|("([^"]|"")*")/)
        gsub(/^"|"$/, "", fields[7])
        if (fields[1] ~ /^-?[0-9]+$/) meaning[fields[1]] = fields[7]
        if (split(fields[1], range, /\.\./) == 2)
            for (code = range[1] + 0; code <= range[2] + 0; code++)
                if (!(code in meaning)) meaning[code] = fields[7]
    }
    if (close(table) != 0) {
        print "annotate.gawk: " program " failed" > "/dev/stderr"
        exit 2
    }
    IGNORECASE = 1
}

match($0, /(err(or)?[_ -]?(code|no|num)?|code|ret(code)?|错误码|错误代码|报错)["'\\]*\s*([:=|(,>]|：|（)\s*["']?(-?[1-9][0-9]{3,5})([^0-9.]|$)/, part) && part[6] in meaning {
    print $0 " [peer " part[6] ": " meaning[part[6]] "]"
    next
}
{ print }
