#!/usr/bin/env bash
# Checks what can be checked of deploy/ without a Docker engine: check-deploy.sh [OBS-TUI]
# A tool that is missing is a failure, not a check less. With a program its settings for this stack are read over too.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
program=${1:-}
for tool in docker-compose promtool amtool ruby python3 openssl htpasswd curl; do
  command -v "$tool" >/dev/null || {
    echo "check-deploy: $tool is missing; scripts/setup.sh test installs it" >&2
    exit 2
  }
done
work=$(mktemp -d)
trap 'rm -rf "$work"; [[ -z ${server:-} ]] || kill "$server" 2>/dev/null || true' EXIT
deploy=$PWD/deploy
say() { echo "deploy: $*"; }
fail() { echo "deploy: $*" >&2; exit 1; }
quietly() { "$@" >"$work/out" 2>&1 || { cat "$work/out" >&2; fail "$* failed"; }; }

# Compose: both variants, and the one with passwords not without them. No .env of this checkout plays a part.
: >"$work/empty.env"
compose() { (cd "$work" && env -i PATH="$PATH" HOME="$work" "${@:2}" docker-compose --project-directory "$deploy" --env-file "$work/empty.env" -f "$deploy/docker-compose.telemetry.yml" $1 config); }
secure="-f $deploy/docker-compose.secure.yml"
compose "" >"$work/plain.yml" || fail "docker-compose.telemetry.yml is refused"
if compose "$secure" >/dev/null 2>&1; then fail "docker-compose.secure.yml starts without passwords"; fi
passwords=(ELASTIC_PASSWORD=0123456789abcdef KIBANA_PASSWORD=1123456789abcdef LOGSTASH_PASSWORD=2123456789abcdef
  OBS_PASSWORD=3123456789abcdef KIBANA_ENCRYPTION_KEY=00112233445566778899aabbccddeeff GRAFANA_PASSWORD=grafana)
compose "$secure" "${passwords[@]}" >"$work/secure.yml" || fail "docker-compose.secure.yml is refused"
say "compose files are read by $(docker-compose version --short)"

python3 scripts/check_deploy.py "$work/plain.yml" "$work/secure.yml" "$work/panels.yml"
quietly promtool check rules "$work/panels.yml"

# Prometheus: paths of the containers become those of this folder.
for file in prometheus prometheus.secure; do
  sed -e "s#/etc/prometheus/#$deploy/prometheus/#g" -e "s#/certs/#$work/certs/#g" "$deploy/prometheus/$file.yml" >"$work/$file.yml"
done
quietly promtool check config "$work/prometheus.yml"
quietly promtool check rules "$deploy"/prometheus/rules/*.yml
quietly promtool test rules "$deploy"/prometheus/tests/*.yml
# Every alert appears in a test.
for alert in $(sed -n 's/^ *- alert: //p' "$deploy"/prometheus/rules/*.yml); do
  grep -q "alertname: $alert\b\|alertname=\"$alert\"" "$deploy"/prometheus/tests/*.yml || fail "no test for the alert $alert"
done
quietly amtool check-config "$deploy/alertmanager/alertmanager.yml"
say "Prometheus' and Alertmanager's files are read, $(grep -c '^ *- alert:' "$deploy"/prometheus/rules/*.yml | cut -d : -f 2 | awk "{ n += \$1 } END { print n }") alerts tested"

ruby "$deploy/logstash/test/run.rb"

# Certificates: made once, kept the second time, good for the names of the servers.
CERTS=$work/certs OBS_PASSWORD=3123456789abcdef CERT_NAMES=obs.example.org,10.1.2.3 quietly bash "$deploy/secure/certs.sh"
before=$(sha256sum "$work/certs/stack/stack.crt")
CERTS=$work/certs OBS_PASSWORD=3123456789abcdef quietly bash "$deploy/secure/certs.sh"
[[ $before == "$(sha256sum "$work/certs/stack/stack.crt")" ]] || fail "certs.sh made the certificate anew"
for name in elasticsearch localhost obs.example.org; do
  quietly openssl verify -CAfile "$work/certs/ca/ca.crt" -verify_hostname "$name" "$work/certs/stack/stack.crt"
done
quietly openssl verify -CAfile "$work/certs/ca/ca.crt" -verify_ip 10.1.2.3 "$work/certs/stack/stack.crt"
if openssl verify -CAfile "$work/certs/ca/ca.crt" -verify_hostname example.net "$work/certs/stack/stack.crt" >/dev/null 2>&1; then
  fail "the certificate is good for any name"
fi
sed "s#/certs/#$work/certs/#g" "$work/certs/web/web.yml" >"$work/web.yml"
quietly promtool check web-config "$work/web.yml"
quietly promtool check config "$work/prometheus.secure.yml"
say "certificates and web settings are good"

# setup.sh, against a server that writes down what it is asked, and against one that refuses.
python3 - "$work/requests" "$work/port" <<'SERVER' &
import http.server, json, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_PUT(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status = 403 if "refused" in self.path else 200
        with open(sys.argv[1], "a") as file:
            file.write(f"{self.command} {self.path} {'auth' if 'Authorization' in self.headers else 'open'} {json.dumps(json.loads(body))}\n")
        self.send_response(status); self.end_headers()
        self.wfile.write(b'{"error":{"reason":"not allowed"}}' if status == 403 else b'{"acknowledged":true}')
    do_POST = do_PUT
    def log_message(self, *_): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
open(sys.argv[2], "w").write(str(server.server_address[1]))
server.serve_forever()
SERVER
server=$!
for _ in $(seq 100); do [[ -s $work/port ]] && break; sleep 0.1; done
url=http://127.0.0.1:$(cat "$work/port")
ELASTICSEARCH_URL=$url LOG_RETENTION=30d quietly bash "$deploy/elasticsearch/setup.sh"
grep -q '^PUT /_ilm/policy/rustim-logs open .*"delete": {"min_age": "30d"' "$work/requests" || fail "setup.sh: the retention is not set"
grep -q '^PUT /_index_template/rustim-logs open' "$work/requests" || fail "setup.sh: no template"
[[ $(wc -l <"$work/requests") == 2 ]] || fail "setup.sh: asks more than it should without security"
env ELASTICSEARCH_URL="$url" "${passwords[@]}" bash "$deploy/elasticsearch/setup.sh" >"$work/out" || fail "setup.sh: fails with passwords"
[[ $(grep -c ' auth ' "$work/requests") == 7 ]] || fail "setup.sh: users and roles are not made"
if ELASTICSEARCH_URL=$url/refused bash "$deploy/elasticsearch/setup.sh" >/dev/null 2>"$work/err"; then fail "setup.sh: a refusal goes unseen"; fi
grep -q 'was answered with 403.*not allowed' "$work/err" || fail "setup.sh: does not say what was refused"
if ELASTICSEARCH_URL=$url LOG_RETENTION=soon bash "$deploy/elasticsearch/setup.sh" >/dev/null 2>&1; then fail "setup.sh: takes any retention"; fi
say "setup.sh puts template, lifecycle and users in place"

if [[ -n $program ]]; then
  quietly env OBS_PASSWORD=3123456789abcdef "$program" config check --config "$deploy/obs-tui.yaml"
  say "obs-tui reads its settings for this stack"
  quietly "$program" dashboard check "$deploy"/grafana/dashboards/*.json
  quietly "$program" demo --feed-logs "$work/lines.log" --duration 3s
  ruby "$deploy/logstash/test/run.rb" "$work/lines.log"
fi
