#!/usr/bin/env bash
# The calls of docs/connect.md, one after the other, against a running first run (./mvnw spring-boot:test-run).
#   TOKEN=… BACKEND=… src/test/scripts/connect-a-user.sh [base URL of Vitalroutes]
# TOKEN is the demo user's and BACKEND the operator's, as the first run prints them. The demo user is connected again at the end.
set -euo pipefail
base=${1:-http://localhost:8080}
api=$base/api/connected-accounts
app=http://localhost:3000/connected
answer=$(mktemp)
trap 'rm -f "$answer" "$answer.to"' EXIT

# expect <what> <status> <a part of the answer's body> <curl's arguments…>
expect() {
  local what=$1 status=$2 part=$3 got
  shift 3
  got=$(curl -s -o "$answer" -w '%{http_code}' "$@")
  if [[ $got != "$status" || $(<"$answer") != *"$part"* ]]; then
    printf 'NOT %s: HTTP %s instead of %s, or not %s, in\n%s\n' "$what" "$got" "$status" "$part" "$(<"$answer")" >&2
    exit 1
  fi
  printf 'ok  %s\n' "$what"
}

# expect_redirect <what> <beginning of where to> <curl's arguments…>
expect_redirect() {
  local what=$1 to=$2 got
  shift 2
  got=$(curl -s -o "$answer" -w '%{http_code} %{redirect_url}' "$@")
  [[ $got == "302 $to"* ]] || { printf 'NOT %s: %s instead of %s\n' "$what" "$got" "$to" >&2; exit 1; }
  printf '%s' "$got" > "$answer.to"
  printf 'ok  %s\n' "$what"
}

field() { sed -E "s/.*\"$1\":\"([^\"]*)\".*/\1/" "$answer"; }
user=(-H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json')
wanted="{\"redirect_uri\": \"$app\"}"

# Begins a connection, and lets the simulated user consent: leaves $state, and $callback, where Withings sends the browser.
# consent <what> [<query> <curl's arguments…>]
consent() {
  local what=$1 query=${2:-} by=("${user[@]}")
  if (($# > 2)); then by=("${@:3}"); fi
  expect "$what" 200 '"authorization_url":"' -X POST "${by[@]}" -d "$wanted" "$api/withings/oauth/initiate/$query"
  state=$(field state)
  local url
  url=$(field authorization_url)
  [[ $url == *'?response_type=code&client_id='*'&scope=user.info,user.metrics,user.activity&state='"$state"'&redirect_uri='* ]]
  callback=$(curl -s -o "$answer" -w '%{redirect_url}' "$url")
  [[ $callback == "$api/withings/oauth/callback/?code="*"&state=$state" ]]
}

expect 'nobody sees nothing' 401 '"code":"unauthenticated"' "$api/"
expect 'a user sees their accounts' 200 '"provider":"withings"' "${user[@]}" "$api/"
expect 'also without the slash' 200 '"provider":"withings"' "${user[@]}" "$api"
expect 'another redirect URI is refused' 400 '"code":"redirect_uri_not_allowed"' \
  -X POST "${user[@]}" -d '{"redirect_uri": "https://evil.example/"}' "$api/withings/oauth/initiate"
expect 'another provider is not found' 404 '"code":"unknown_provider"' -X POST "${user[@]}" -d "$wanted" "$api/fitbit/oauth/initiate/"

consent 'a connection begins'
expect 'the callback is probed' 200 '' -I "$callback"
expect_redirect 'the browser arrives at the app' "$app?status=confirm&confirmation=" "$callback"
confirmation=$(<"$answer.to"); confirmation=${confirmation#*confirmation=}; confirmation=${confirmation%%&*}
expect 'nobody confirms without a token' 401 '"code":"unauthenticated"' -X POST -H 'Content-Type: application/json' \
  -d "{\"confirmation\": \"$confirmation\", \"state\": \"$state\"}" "$api/withings/oauth/confirm/"
expect 'the app confirms' 200 '"status":"connected"' -X POST "${user[@]}" \
  -d "{\"confirmation\": \"$confirmation\", \"state\": \"$state\"}" "$api/withings/oauth/confirm/"
expect 'a confirmation serves once' 400 '"code":"invalid_confirmation"' -X POST "${user[@]}" \
  -d "{\"confirmation\": \"$confirmation\", \"state\": \"$state\"}" "$api/withings/oauth/confirm"
expect 'a state serves once' 400 '"code":"invalid_state"' "$callback"
expect 'the account is connected' 200 '"status":"connected"' "${user[@]}" "$api/"

consent 'a connection begins again'
expect_redirect 'who says no arrives at the app too' "$app?error=access_denied&state=$state" \
  "$api/withings/oauth/callback?error=access_denied&state=$state"

expect 'a disconnect has a receipt' 200 '"step":"revoke","outcome":"done"' -X POST "${user[@]}" "$api/withings/oauth/disconnect/"
expect 'a second one says that all is done' 200 '"step":"revoke","outcome":"already_gone"' -X POST "${user[@]}" "$api/withings/oauth/disconnect"
expect 'the account is disconnected' 200 '"status":"disconnected"' "${user[@]}" "$api/"

backend=(-H "Authorization: Bearer $BACKEND" -H 'Content-Type: application/json')
expect 'a user makes no links' 403 '"code":"forbidden"' -X POST "${user[@]}" -d '{"subject": "mrs-miller"}' "$api/withings/links/"
expect 'a link is made' 201 '"url":"' -X POST "${backend[@]}" \
  -d '{"subject": "mrs-miller", "patient": "p-4711", "expires_in": 604800}' "$api/withings/links/"
link=$(field url)
expect 'its page says who asks' 200 'How to end it' "$link"
expect_redirect 'its button leads to Withings' 'http' -X POST "$link"
consented=$(curl -s -o "$answer" -w '%{redirect_url}' "$(cut -d' ' -f2 "$answer.to")")
expect_redirect 'the person is connected' "$base/connect/result?status=connected" "$consented"
expect 'and told so' 200 'You are connected' "$(cut -d' ' -f2 "$answer.to")"
expect 'a link serves once' 410 'This link does not work' "$link"
expect 'the link is used' 200 '"state":"used"' "${backend[@]}" "$api/withings/links/?subject=mrs-miller"
expect 'another link is made' 201 '"url":"' -X POST "${backend[@]}" -d '{"subject": "mrs-miller"}' "$api/withings/links"
expect 'it is revoked' 200 '"state":"revoked"' -X DELETE "${backend[@]}" "$api/withings/links/$(field id)"

expect 'a backend says for whom' 400 '"code":"subject_required"' "${backend[@]}" "$api/"
expect 'a user acts for nobody else' 403 '"code":"subject_not_allowed"' "${user[@]}" "$api/?subject=mrs-miller"
expect 'the backend sees the account' 200 '"status":"connected"' "${backend[@]}" "$api/?subject=mrs-miller"
expect 'the backend ends it' 200 '"step":"revoke","outcome":"done"' -X POST "${backend[@]}" "$api/withings/oauth/disconnect/?subject=mrs-miller"
consent 'the backend begins a connection' '?subject=mrs-miller' "${backend[@]}"
expect_redirect 'the browser arrives at the portal' "$app?status=confirm&confirmation=" "$callback"
confirmation=$(<"$answer.to"); confirmation=${confirmation#*confirmation=}; confirmation=${confirmation%%&*}
expect 'the backend confirms' 200 '"status":"connected"' -X POST "${backend[@]}" \
  -d "{\"confirmation\": \"$confirmation\", \"state\": \"$state\"}" "$api/withings/oauth/confirm/?subject=mrs-miller"
expect 'the backend erases everything' 200 '"erased"' -X POST "${backend[@]}" "$api/erase?subject=mrs-miller"

consent 'the app begins a connection that it completes'
code=${callback#*code=}
expect 'the app completes it' 200 '"status":"connected"' -X POST "${user[@]}" \
  -d "{\"code\": \"${code%%&*}\", \"state\": \"$state\"}" "$api/withings/oauth/complete/"
expect 'once' 400 '"code":"invalid_state"' -X POST "${user[@]}" \
  -d "{\"code\": \"${code%%&*}\", \"state\": \"$state\"}" "$api/withings/oauth/complete"
