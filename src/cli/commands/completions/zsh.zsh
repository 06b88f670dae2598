
# The first word: a command or a file, or behind `--` a command to run.
_imerr-annotate_first() {
    if (( ${words[(i)--]} < CURRENT )); then
        _imerr-annotate_program
    else
        _alternative 'commands:command:_imerr-annotate_commands' 'files:file:_files'
    fi
}

# Completes behind `--` as zsh does where the line begins there.
_imerr-annotate_program() {
    local dashes=${words[(i)--]}
    shift $dashes words
    (( CURRENT -= dashes ))
    _normal
}

# KIND=FILE
_imerr-annotate_report() {
    if compset -P 1 '*='; then
        _files
    else
        compadd "$@" -S = -- @KINDS@
    fi
}
