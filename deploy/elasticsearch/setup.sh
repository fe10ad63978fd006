#!/usr/bin/env bash
# Puts rustim-logs' lifecycle and template into Elasticsearch, and with passwords the users that the stack needs.
# ELASTICSEARCH_URL, LOG_RETENTION; with security on also ELASTIC_PASSWORD, KIBANA_PASSWORD, LOGSTASH_PASSWORD, OBS_PASSWORD
# and CA_FILE. May be run as often as one likes.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
url=${ELASTICSEARCH_URL:?}
retention=${LOG_RETENTION:-7d}
if [[ ! $retention =~ ^[0-9]+[dhm]$ ]]; then
  echo "LOG_RETENTION is '$retention': a number with d, h or m, such as 7d" >&2
  exit 2
fi

options=(--silent --show-error --max-time 30 --retry 5 --retry-connrefused)
[[ -z ${CA_FILE:-} ]] || options+=(--cacert "$CA_FILE")

# send METHOD PATH: the body comes by standard input. The password goes by a file that only we can read, not by the command line.
send() {
  local answer status
  answer=$(curl "${options[@]}" ${ELASTIC_PASSWORD:+--config "$credentials"} -X "$1" -H 'Content-Type: application/json' \
    --data-binary @- --write-out '\n%{http_code}' "$url$2") || {
    echo "$1 $url$2: no answer" >&2
    return 1
  }
  status=${answer##*$'\n'}
  if [[ $status != 2* ]]; then
    echo "$1 $url$2 was answered with $status: ${answer%$'\n'*}" >&2
    return 1
  fi
  echo "$1 $2: ok"
}

credentials=$(mktemp)
trap 'rm -f "$credentials"' EXIT
chmod 600 "$credentials"
[[ -z ${ELASTIC_PASSWORD:-} ]] || printf 'user = "elastic:%s"\n' "$ELASTIC_PASSWORD" >"$credentials"

sed 's/"min_age": "7d"/"min_age": "'"$retention"'"/' "$here/ilm-policy.json" | send PUT /_ilm/policy/rustim-logs
send PUT /_index_template/rustim-logs <"$here/index-template.json"
[[ -n ${ELASTIC_PASSWORD:-} ]] || exit 0

# Passwords are letters and digits (docs/stack.md), so that they need no escaping in JSON.
for name in ELASTIC_PASSWORD KIBANA_PASSWORD LOGSTASH_PASSWORD OBS_PASSWORD; do
  if [[ ! ${!name:-} =~ ^[A-Za-z0-9]{12,}$ ]]; then
    echo "$name must be twelve letters and digits at least" >&2
    exit 2
  fi
done
send POST /_security/user/kibana_system/_password <<<'{"password":"'"$KIBANA_PASSWORD"'"}'
send PUT /_security/role/rustim_writer <<'ROLE'
{"cluster": ["monitor"],
 "indices": [{"names": ["rustim-logs", "rustim-logs-*"], "privileges": ["create_doc", "auto_configure", "view_index_metadata"]}]}
ROLE
send PUT /_security/role/rustim_reader <<'ROLE'
{"cluster": ["monitor"],
 "indices": [{"names": ["rustim-*"], "privileges": ["read", "view_index_metadata", "monitor"]}]}
ROLE
send PUT /_security/user/logstash_rustim <<<'{"password":"'"$LOGSTASH_PASSWORD"'","roles":["rustim_writer"],"full_name":"Logstash"}'
send PUT /_security/user/obs_tui <<<'{"password":"'"$OBS_PASSWORD"'","roles":["rustim_reader"],"full_name":"obs-tui and Grafana"}'
