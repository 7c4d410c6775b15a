#compdef toposched
# zsh completion of toposched: in a folder of $fpath as _toposched, or source <(toposched completion zsh)
_toposched() {
  local line="toposched ${BUFFER[1,CURSOR]#* }"
  local -a words_found
  words_found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2> /dev/null)}")
  words_found=(${words_found:#})
  (( ${#words_found} )) && compadd -- $words_found && return
  _files
}
if [ "$funcstack[1]" = _toposched ]; then _toposched "$@"; else compdef _toposched toposched; fi
