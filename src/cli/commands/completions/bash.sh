
# Puts the words right that the function above is given, and completes what it cannot: files, a command to run, lists, KIND=FILE.
_imerr_annotate_line() {
    local commands=" @COMMANDS@ "
    local reading=" @READING@ "
    local chosen=" @CHOSEN@ "
    local paths=" @PATHS@ "
    local free=" @FREE@ "
    local lists=" @LISTS@ "
    local kinds="@KINDS@"
    local -a words=("$1")
    local word current previous prefix="" command="" has_file="" is_joined="" i last

    # bash breaks words at `=`: the value of --theme=light becomes a word of its own, sarif=FILE one word.
    for (( i = 1; i <= COMP_CWORD; i++ )); do
        word="${COMP_WORDS[i]}"
        last=$(( ${#words[@]} - 1 ))
        if [[ $word == "=" && -z $is_joined && ${words[last]} == --* ]]; then
            words+=("")
            is_joined=yes
        elif [[ $word == "=" || -n $is_joined ]]; then
            words[last]+="$word"
            is_joined=""
            if [[ $word == "=" ]]; then is_joined=yes; fi
        else
            words+=("$word")
        fi
    done

    # Files and values may be called like a command.
    last=$(( ${#words[@]} - 1 ))
    for (( i = 1; i < last && ${#command} == 0; i++ )); do
        word="${words[i]}"
        if [[ $word == "--" ]]; then
            _imerr_annotate_program
            return
        elif [[ "$chosen$paths$free" == *" $word "* ]]; then
            i=$(( i + 1 ))
            if (( i < last )); then words[i]="_"; fi
        elif [[ $word != -* && -z $has_file && $commands == *" $word "* ]]; then
            command="$word"
        elif [[ $word != -* ]]; then
            has_file=yes
            words[i]="_"
        fi
    done

    current="${words[last]}"
    previous="${words[last - 1]}"
    if [[ $previous == "--report" ]]; then
        case "$current" in
            *=*) ;;
            *)
                COMPREPLY=($(compgen -S = -W "$kinds" -- "$current"))
                compopt -o nospace 2>/dev/null
                ;;
        esac
        return
    fi
    if [[ $paths == *" $previous "* ]]; then return; fi
    if [[ $free == *" $previous "* ]]; then
        compopt +o default +o bashdefault 2>/dev/null
        return
    fi
    if [[ $lists == *" $previous "* && $current == *,* ]]; then
        prefix="${current%,*},"
        current="${current##*,}"
    fi
    if [[ $chosen != *" $previous "* && $current != -* ]]; then
        if [[ -z $command ]]; then
            if [[ -z $has_file ]]; then COMPREPLY=($(compgen -W "$commands" -- "$current")); fi
            _imerr_annotate_files
            return
        elif [[ $reading == *" $command "* ]]; then
            return
        fi
        compopt +o default +o bashdefault 2>/dev/null
    fi

    words[last]="$current"
    local -a COMP_WORDS=("${words[@]}")
    local COMP_CWORD=$last
    @FUNCTION@ "$1" "$current" "$previous"
    local -a found=("${COMPREPLY[@]}")
    COMPREPLY=()
    for word in "${found[@]}"; do
        # Options where none is begun, and the names of arguments.
        if [[ $chosen != *" $previous "* ]]; then
            case "$word" in
                "["* | "<"*) continue ;;
                -[!0-9]*) if [[ $current != -* ]]; then continue; fi ;;
            esac
        fi
        COMPREPLY+=("$prefix$word")
    done
}

# Adds the files that the current word may become.
_imerr_annotate_files() {
    local file
    while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "$current")
    compopt -o filenames 2>/dev/null
}

# Completes behind `--` as bash does where the line begins there.
_imerr_annotate_program() {
    local first=1
    while [[ ${COMP_WORDS[first]} != "--" ]]; do first=$(( first + 1 )); done
    first=$(( first + 1 ))
    if declare -F _comp_command_offset >/dev/null; then
        _comp_command_offset "$first"
    elif declare -F _command_offset >/dev/null; then
        _command_offset "$first"
    elif (( COMP_CWORD == first )); then
        COMPREPLY=($(compgen -c -- "${COMP_WORDS[COMP_CWORD]}"))
    fi
}
