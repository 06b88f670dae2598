)
    local -a all_words=("${words[@]}")
    local all_current=$CURRENT
    # Behind the first word options are those of the command.
    _arguments "${_arguments_options[@]}" -A "-*" : "${all_options[@]}" \
"1: :_imerr-annotate_first" \
"*::: :->imerr-annotate" \
&& ret=0
    case $state in
    (imerr-annotate)
        if (( ! ${commands_of_all[(Ie)$line[1]]} || ${all_words[(i)--]} < ${all_words[(ie)$line[1]]} )); then
            words=("${all_words[@]}")
            CURRENT=$all_current
            if (( ${words[(i)--]} < CURRENT )); then
                _imerr-annotate_program && ret=0
            else
                _arguments "${_arguments_options[@]}" : "${all_options[@]}" '*: :_files' && ret=0
            fi
            return ret
        fi
