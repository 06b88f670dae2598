" Vim compiler plugin: imerr-annotate, for logs with error codes of Tencent Cloud IM.
"
" Copy this file to ~/.vim/compiler/ (Neovim: ~/.config/nvim/compiler/). Then:
"
"     :compiler imerr
"     :make app.log
"     :copen
"
" `:make %:S` reads the log in this window. Options of imerr-annotate work too:
"
"     :make --unknown --since 2h app.log
"
" The quickfix list has one entry for each line with codes. Its type is the severity of the first
" code: E for errors and fatal errors, W for warnings, I for infos.

if exists('current_compiler')
  finish
endif
let current_compiler = 'imerr'

CompilerSet makeprg=imerr-annotate\ --format\ append\ --color\ never\ --hyperlink\ never\ --only\ -H\ -n

" `%\@=` looks ahead, so that the message begins with the code. The last `%.%#` is the CR of a log from
" Windows.
CompilerSet errorformat=
      \%W%f:%l:%.%\\{-}\ [imerr\ %\\%%(%[0-9?-]%\\+\ %\\%%(ambiguous:\ %\\)%\\?%\\S%\\+\ warning:%\\)%\\@=%m]%.%#,
      \%I%f:%l:%.%\\{-}\ [imerr\ %\\%%(%[0-9?-]%\\+\ %\\%%(ambiguous:\ %\\)%\\?%\\S%\\+\ info:%\\)%\\@=%m]%.%#,
      \%E%f:%l:%.%\\{-}\ [imerr\ %m]%.%#,
      \%-Gnote:\ %.%#
