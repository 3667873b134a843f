#!/usr/bin/env bash
# Publishes documents, one in each file, and takes in what the peers answer, with bash and curl alone.
#   NODE=https://node.example:8443 SARBON_TOKEN=sarbon_... ./curl.sh ANSWERS_FOLDER DOCUMENT.json ...
# Stops when every document has its receipt and an answer. May be killed and run again at any point.
set -euo pipefail
umask 077

answers=$1
shift
mkdir -p "$answers"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf 'Authorization: Bearer %s\n' "$SARBON_TOKEN" > "$work/token"  # no other program sees it there

# Asks for something below /api/v1; the answer is then in $work/answer. What is not answered, or
# answered with 429 or 5xx, is asked again as it was; curl itself waits as Retry-After says.
ask() {
  local try status path=$1
  shift
  for try in 1 2 3 4 5 6 7 8; do
    status=$(curl --silent --show-error --max-time 90 --retry 5 --retry-connrefused \
      ${CA_FILE:+--cacert "$CA_FILE"} --header @"$work/token" \
      --output "$work/answer" --write-out '%{http_code}' "$@" "$NODE/api/v1$path") || status=000
    case $status in
      2??) return 0 ;;
      000 | 429 | 5??) sleep "$try" ;;
      *) break ;;
    esac
  done
  echo "$path: $status $(cat "$work/answer" 2> /dev/null)" >&2
  return 1
}

# The key is the file's name: the same file submitted again is sent once.
submit() {
  ask /documents --data-binary @"$1" \
    --header 'Content-Type: application/json' --header "Idempotency-Key: ${1##*/}"
  id=$(sed 's/.*"id":"\([^"]*\)".*/\1/' "$work/answer")
  echo "$id"
}

# Fetches the document of a message, AUTHORITY/ID. That it was fetched is in the node's log.
fetch() {
  ask "/messages/${1#*/}/document?from=${1%%/*}"
  mv "$work/answer" "$answers/${1//\//.}.json"
}

# The position is kept once everything before it is safe; events after it are told again.
if [ ! -e "$answers/position" ]; then
  ask /events/position
  position=$(sed 's/.*"position":\([0-9-]*\).*/\1/' "$work/answer")
  echo "$position" > "$answers/position"
fi

for document in "$@"; do
  submit "$document" >> "$answers/published"
done

count_receipted() { sort -u "$answers/receipted" 2> /dev/null | grep -c -F -f "$answers/published" || true; }
count_answers() { find "$answers" -name '*.json' | grep -c . || true; }

while [ "$(count_receipted)" -lt $# ] || [ "$(count_answers)" -lt $# ]; do
  ask "/events?after=$(cat "$answers/position")&wait=25&limit=100"
  position=$(sed 's/.*"position":\([0-9-]*\)}.*/\1/' "$work/answer")
  # One event a line, of each its type and its subject: AUTHORITY/ID of the message.
  mapfile -t events < <(sed 's/{"specversion"/\n&/g' "$work/answer" |
    sed -n 's/.*"type":"\(sarbon[^"]*\)".*"subject":"\([^"]*\)".*/\1 \2/p')
  for event in "${events[@]}"; do
    case $event in
      sarbon.message.receipted*) echo "${event#* }" >> "$answers/receipted" ;;
      sarbon.message.received*) fetch "${event#* }" ;;
    esac
  done
  echo "$position" > "$answers/position.new"
  mv "$answers/position.new" "$answers/position"
done
echo "$# published, $(count_receipted) receipted, $(count_answers) answers in $answers"
