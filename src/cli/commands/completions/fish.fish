function __fish_imerr_annotate_needs_command
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_imerr_annotate_global_optspecs) -- $cmd 2>/dev/null
    # The last option may still lack its value.
    or argparse -s (__fish_imerr_annotate_global_optspecs) -- $cmd[1..-2] 2>/dev/null
    or return
    if contains -- "$argv[1]" @COMMANDS@
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

# Whether the current word is the first that is neither an option nor the value of one.
function __fish_imerr_annotate_is_first_word
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_imerr_annotate_global_optspecs) -- $cmd 2>/dev/null
    and not set -q argv[1]
    and not contains -- -- $cmd
end

# Whether the current word belongs to a command to run.
function __fish_imerr_annotate_is_behind_dashes
    contains -- -- (commandline -opc)
    and __fish_imerr_annotate_needs_command >/dev/null
end

# Completes behind `--` as fish does where the line begins there.
function __fish_imerr_annotate_complete_program
    set -l cmd (commandline -opc)
    set -e cmd[1..(contains -i -- -- $cmd)]
    set -l line (string escape -- $cmd) (commandline -ct)
    complete -C "$line"
end

# Completes KIND=FILE.
function __fish_imerr_annotate_complete_report
    set -l word (commandline -ct | string replace -r -- '^--report=' '')
    if set -l file (string replace -rf -- '^[^=]*=' '' $word)
        set -l kind (string split -m 1 = -- $word)[1]
        printf '%s\n' $kind=(__fish_complete_path $file | string replace -r '\t.*' '')
    else
        printf '%s=\n' @KINDS@
    end
end
