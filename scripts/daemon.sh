# How is a program kept running in the background, and ended with all that it started? Sourced after cache.sh. Linux only.
# shellcheck shell=bash disable=SC2154

# start NAME COMMAND…: runs COMMAND detached, in a pid and mount namespace of its own: when its first process ends, the
# kernel ends every other one and drops every mount, also after a kill -9. Pid and log stand in the run folder.
start() {
  local name=$1
  shift
  mkdir -p "$run/$name"
  rm -f "$run/$name/pid"
  setsid unshare --mount --propagation slave --pid --fork --kill-child \
    bash -c "$first_process" "$run/$name/pid" "$@" </dev/null >"$run/$name/log" 2>&1 9>&- &
  wait_for 10 test -s "$run/$name/pid" || give_up "$name"
}

# /proc is still the outer one at first, so it tells the pid that is valid outside. The process writes its pid
# itself: a kill of the calling script at any moment leaves no process that is not noted.
# shellcheck disable=SC2016
first_process='
  set -e
  read -ra stat </proc/self/stat
  echo "${stat[0]} ${stat[21]}" >"$0"
  mount -t proc proc /proc
  exec "$@"'

# pid_of NAME: prints its pid, or fails if it is not running. The start time tells it from a later process of that pid.
pid_of() {
  local pid started stat
  read -r pid started 2>/dev/null <"$run/$1/pid" || return 1
  read -ra stat 2>/dev/null <"/proc/$pid/stat" || return 1
  [ "${stat[21]}" = "$started" ] && echo "$pid"
}

# stop NAME [SECONDS]: asks it to end, insists after SECONDS, and waits until it and all its children are gone.
stop() {
  local pid
  pid=$(pid_of "$1") || return 0
  kill -TERM "$pid"
  wait_for "${2:-10}" gone "$1" || kill -KILL "$pid"
  wait_for 30 gone "$1" || fail "$1 (pid $pid) does not end"
}

gone() { ! pid_of "$1" >/dev/null; }

# wait_for SECONDS COMMAND…: until COMMAND succeeds; fails when the time is over.
wait_for() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.1
  done
}

# give_up NAME: shows the end of its log and fails.
give_up() {
  tail -n "${log_lines:-20}" "$run/$1/log" >&2 || true
  fail "$1 did not start; its log is $run/$1/log"
}
