# shellcheck shell=bash
# How ./test starts the test programs, several beside each other, and adds up what they report. Sourced by ./test, which sets
# its options and the sums.
: "${root:?}" "${artifacts:?}" "${scratch?}" "${projects[*]-}" "${quick:?}" "${gauntlet:?}" "${coverage:?}"
: "${passed:?}" "${failed:?}" "${skipped:?}"

# A lane is a row of test programs that run one after the other, beside the other lanes.
lane_groups=() lane_runs=()
# What a test needs is its trait Needs; see tests/Shared/NeedsAttribute.cs.
without_needs=(-trait- "Needs=*") with_needs=(-trait "Needs=*") short=(-trait- "Run=long")

# run_all [ARGUMENT...]: first the tests that need nothing, which keep the processor busy, and some of which measure time. Then
# those that mostly wait for other processes. At last the gauntlet, which judges by what it finds on the machine.
run_all() {
  if ((gauntlet == 1)); then
    start_lane all . ^$ "$@"
  elif (($# > 0)); then
    # Filters of the user's own could not be combined with ours.
    start_lane all . ^$ "${short[@]}" "$@"
  else
    start_lane quick Core ^$ "${short[@]}" "${without_needs[@]}"
    start_lane quick . "Core|Gauntlet" "${short[@]}" "${without_needs[@]}"
    report_lanes
    ((quick == 0)) || return 0
    start_lane rest EndToEnd ^$ "${short[@]}" "${with_needs[@]}"
    start_lane rest Core ^$ "${short[@]}" "${with_needs[@]}"
    start_lane rest . "Core|EndToEnd|Gauntlet" "${short[@]}" "${with_needs[@]}"
    report_lanes
    start_lane all Gauntlet ^$ "${short[@]}"
  fi
  report_lanes
}

# start_lane WHICH MATCHING BUT ARGUMENT...: starts the selected projects that match one expression and not the other.
start_lane() {
  local which="$1" matching="$2" but="$3" project kind chosen=()
  shift 3
  for project in "${projects[@]}"; do
    kind="${project#FunctionsCrawler.}"
    [[ ! "$kind" =~ $matching || "$kind" =~ $but ]] || chosen+=("$project")
  done
  ((${#chosen[@]} > 0)) || return 0
  # A process group of its own, which ends with us whatever ends us.
  trap 'end_lanes; remove_scratch' EXIT
  set -m
  for project in "${chosen[@]}"; do run_project "$which" "$project" "$@"; done &
  lane_groups+=($!)
  set +m
  lane_runs+=("$(printf '%s\n' "${chosen[@]/#/$which/}")")
}

end_lanes() {
  local group
  for group in ${lane_groups[@]+"${lane_groups[@]}"}; do
    kill -- "-$group" 2>/dev/null || true
  done
}

# Waits for the lanes in the order of their start and reports each as it ends.
report_lanes() {
  local lane run
  for lane in "${!lane_groups[@]}"; do
    wait "${lane_groups[lane]}" || true
    while IFS= read -r run; do
      report_project "${run%/*}" "${run##*/}"
    done <<<"${lane_runs[lane]}"
  done
  lane_groups=() lane_runs=()
}

# run_project WHICH PROJECT ARGUMENT...: leaves what its tests say, and the exit code, for report_project.
run_project() {
  local which="$1" project="$2" code=0
  shift 2
  local program=("$root/tests/$project/bin/Release/net10.0/$project")
  ((coverage == 0)) || program=("$artifacts/coverage/bin/$project/release/$project")
  # The oracle of the gauntlet looks at the whole machine. In namespaces of its own it takes nobody else's processes and
  # shared memory for leaks. The shell stays: it is process 1 there, and reaps what nobody else does.
  local alone='mount -t tmpfs tmpfs /dev/shm || exit; "$@"; exit $?'
  if [[ "$project" == *Gauntlet* ]] && unshare --pid --fork --mount-proc true 2>/dev/null; then
    program=(unshare --pid --fork --mount-proc bash -c "$alone" alone "${program[@]}")
  fi
  local arguments=(-noLogo -noColor "$@")
  ((coverage == 0)) || mapfile -t arguments < <(coverage_arguments "$which-$project" "$@")
  export CRAWL_TEST_FIGURES="$scratch/$which $project.figures"
  # Into a file, not a pipe: a process that a test leaked would hold the pipe open for ever.
  "${program[@]}" "${arguments[@]}" >"$scratch/$which $project.log" 2>&1 </dev/null || code=$?
  printf '%s\n' "$code" >"$scratch/$which $project.code"
}

# report_project WHICH PROJECT: prints what its tests said and adds to the sums.
report_project() {
  local project="$2" log="$scratch/$1 $2.log" code summary total bad ignored
  # One that was killed together with its shell has left no code.
  code="$(cat "$scratch/$1 $2.code" 2>/dev/null || printf 137)"
  touch "$log"
  if ((coverage == 1)); then
    summary="$(coverage_summary "$log")"
  else
    summary="$(grep -E "^ +$project +Total: [0-9]+" "$log" | tail -n 1 || true)"
  fi
  total="$(count_in "$summary" Total)"
  # A project may have no test of a kind.
  if [[ -n "$summary" ]] && ((total == 0 && code == 0)); then return; fi
  [[ "$1" == all ]] || say "$project, the $1 tests:"
  cat "$log"
  [[ ! -s "$scratch/$1 $project.figures" ]] || { say "figures:" && cat "$scratch/$1 $project.figures"; }
  grep -E -A 20 '\[FAIL\]|Cleanup Failure' "$log" >>"$scratch/failures" || true
  bad="$(count_in "$summary" Failed)"
  ignored="$(count_in "$summary" Skipped)"
  passed=$((passed + total - bad - ignored - $(count_in "$summary" "Not Run")))
  skipped=$((skipped + ignored))
  # Errors lie outside the tests: in a fixture's disposal, say.
  bad=$((bad + $(count_in "$summary" Errors)))
  # A crash in the middle leaves no summary; after one at the end only the exit code tells.
  if [[ -z "$summary" ]] || ((code != 0 && bad == 0)); then
    say "$project ended with code $code"
    printf '%s ended with code %s\n' "$project" "$code" >>"$scratch/failures"
    bad=$((bad + 1))
  fi
  failed=$((failed + bad))
}

# count_in SUMMARY WORD: the number behind a word; a project without tests has only a total.
count_in() {
  if [[ "$1" =~ "$2: "([0-9]+) ]]; then printf '%s' "${BASH_REMATCH[1]}"; else printf 0; fi
}
