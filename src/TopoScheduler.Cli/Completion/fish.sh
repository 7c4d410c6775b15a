# fish completion of toposched: toposched completion fish | source
function __toposched_words
    set -l line (commandline -cp)
    set -l line "toposched "(string replace -r '^\S+\s?' '' -- $line)
    toposched "[suggest:"(string length -- $line)"]" $line 2> /dev/null
end
complete -c toposched -a '(__toposched_words)'
