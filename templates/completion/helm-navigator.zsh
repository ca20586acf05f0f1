#compdef helm-navigator
# Completes `helm-navigator` in zsh: source <(helm-navigator completion zsh), or as _helm-navigator in a folder of fpath.
# What follows `helm navigator` is completed by Helm's own script: source <(helm completion zsh)

_helm-navigator() {
  local -a answer candidates
  local line directive
  answer=("${(@f)$("${(Q)words[1]}" __complete "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
  directive=$answer[-1]
  answer[-1]=()
  for line in "${answer[@]}"; do
    line=${line//:/\\:}
    candidates+=("${line/$'\t'/:}")
  done

  [[ $PREFIX != -*=* ]] || compset -P '*='
  case $directive in
    :0) _files ;;
    :16) _files -/ ;;
    *) _describe helm-navigator candidates ;;
  esac
}

# Autoloaded from fpath, or sourced.
if [[ $funcstack[1] == _helm-navigator ]]; then _helm-navigator "$@"; else compdef _helm-navigator helm-navigator; fi
