# Completes `helm-navigator` in bash 4.3 or newer: source <(helm-navigator completion bash)
# What follows `helm navigator` is completed by Helm's own script: source <(helm completion bash)

_helm_navigator() {
  # Bash splits words at `=` and `:` too: what nothing separates on the line is one word.
  local line=${COMP_LINE:0:COMP_POINT} words=() blank i
  for ((i = 0; i < COMP_CWORD; i++)); do
    blank=${line%%[![:space:]]*}
    line=${line#"$blank${COMP_WORDS[i]}"}
    if ((i == 0)) || [[ -n $blank ]]; then words+=("${COMP_WORDS[i]}"); else words[-1]+=${COMP_WORDS[i]}; fi
  done
  blank=${line%%[![:space:]]*}
  if [[ -n $blank ]]; then words+=("${line#"$blank"}"); else words[-1]+=$line; fi

  local answer
  mapfile -t answer < <("${1/#\~/$HOME}" __complete "${words[@]:1}" 2>/dev/null)
  ((${#answer[@]})) || return
  case ${answer[-1]} in
    :0) compopt -o default ;;
    :16) compopt -o dirnames ;;
  esac
  unset 'answer[-1]'

  # Where `=` does not split words, the flag is a part of what is replaced.
  local prefix='' candidate width=0
  [[ $2 != -*=* ]] || prefix=${2%%=*}=
  COMPREPLY=()
  for candidate in "${answer[@]%%$'\t'*}"; do
    COMPREPLY+=("$prefix$candidate")
    ((${#candidate} <= width)) || width=${#candidate}
  done
  # A list on the screen tells what its entries mean; what is inserted does not.
  [[ $COMP_TYPE == 63 || $COMP_TYPE == 33 ]] && ((${#answer[@]} > 1)) || return 0
  for i in "${!answer[@]}"; do
    [[ ${answer[i]} == *$'\t'* ]] || continue
    printf -v candidate '%-*s  %s' "$width" "${COMPREPLY[i]}" "${answer[i]#*$'\t'}"
    COMPREPLY[i]=${candidate:0:${COLUMNS:-80}-2}
  done
}

complete -F _helm_navigator helm-navigator
