#!/bin/sh
# curl: a query, a mutation with an idempotency key that is sent twice, and a live subscription.
set -eu

graphql() {
  curl -sS --fail-with-body --max-time 20 "$GATEWAY_URL/graphql" \
    -H "Authorization: Bearer $GATEWAY_KEY" -H 'Content-Type: application/json' -d "$1"
}

fail() {
  echo "curl: $*" >&2
  exit 1
}

viewer=$(graphql '{ "query": "{ viewer { role business { id name } } }" }')
echo "curl: $viewer"
case $viewer in *'"role":"ADMINISTRATOR"'*) ;; *) fail 'unexpected viewer' ;; esac

mutation='{ "query": "mutation ($input: CreateClientInput!) { createClient(input: $input) { client { id fullName } userErrors { message } } }",
  "variables": { "input": { "firstName": "Ada", "lastName": "Curl", "emailAddress": "ada@curl.example", "idempotencyKey": "curl-1" } } }'
created=$(graphql "$mutation")
again=$(graphql "$mutation")
echo "curl: $created"
case $created in *'"fullName":"Ada Curl"'*) ;; *) fail 'the client was not created' ;; esac
[ "$created" = "$again" ] || fail "the retry returned $again"

# The stream replays the log from its beginning and stays open: the first event is enough.
event=$(curl -sN --max-time 20 -G "$GATEWAY_URL/graphql/stream" \
  -H "Authorization: Bearer $GATEWAY_KEY" \
  --data-urlencode 'query=subscription { changes(after: "0") { cursor type nodeId } }' |
  sed -n '/^data: /{p;q;}')
echo "curl: $event"
case $event in *'"type":'*) ;; *) fail 'no event arrived' ;; esac
