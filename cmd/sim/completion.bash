# Completes the commands and flags of sim; files are left to the shell.
_sim() {
	local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} words= known
	COMPREPLY=()
	case $COMP_CWORD:$word:$command in
	1:-* | *:-*:-*) words=$(sim help serve | sed -n 's/^  \(--[a-z0-9-]*\) .*/\1/p') ;;
	1:* | *:help) words=$(printf 'help\n'; sim help | sed -n 's/^  \([a-z]*\) .*/\1/p') ;;
	*:-*) words=$(sim help "$command" 2>/dev/null | sed -n 's/^  \(--[a-z0-9-]*\) .*/\1/p') ;;
	*:completion) words=$(printf 'bash\nzsh\n') ;;
	esac
	while read -r known; do
		case $known in '') ;; "$word"*) COMPREPLY+=("$known") ;; esac
	done <<<"$words"
}
complete -o default -F _sim sim
