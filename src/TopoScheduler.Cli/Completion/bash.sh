# bash completion of toposched: source <(toposched completion bash)
# The program says what may stand where the cursor is. A word it has nothing to say of is a file.
_toposched() {
  local word=${COMP_WORDS[COMP_CWORD]} line=${COMP_LINE:0:COMP_POINT} reply
  # What comes after "toposched", whatever path it was called by.
  line="toposched ${line#* }"
  local IFS=$'\n' options=() words=()
  reply=$("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2> /dev/null) || reply=
  for reply in $(compgen -W "$reply" -- "$word"); do
    case $reply in -[!-]*|/*) ;; -*) options+=("$reply") ;; *) words+=("$reply") ;; esac
  done
  # Options where they are asked for, or where nothing else can stand.
  case $word in -*) COMPREPLY=("${options[@]}") ;; *) COMPREPLY=("${words[@]}") ;; esac
  [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$word"))
  [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=("${options[@]}")
}
complete -o filenames -F _toposched toposched
