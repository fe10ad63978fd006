#!/usr/bin/env bash
# Makes what docker-compose.secure.yml needs below the folder CERTS (/certs): an authority of its own, one certificate for the
# stack's servers, and the web settings of Prometheus and Alertmanager with the password of obs_tui. What is there stays;
# delete the folder to begin anew. Needs openssl and htpasswd.
set -euo pipefail
certs=${CERTS:-/certs}
password=${OBS_PASSWORD:?}
names=${CERT_NAMES:-}
umask 027
mkdir -p "$certs/ca" "$certs/stack" "$certs/web"

if [[ ! -f $certs/ca/ca.crt ]]; then
  openssl req -x509 -newkey rsa:3072 -nodes -sha256 -days 3650 -subj "/CN=RustIM telemetry CA" \
    -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign" \
    -keyout "$certs/ca/ca.key" -out "$certs/ca/ca.crt" 2>/dev/null
  chmod 600 "$certs/ca/ca.key"
fi

if [[ ! -f $certs/stack/stack.crt ]]; then
  servers=DNS:localhost,IP:127.0.0.1
  for server in elasticsearch logstash kibana prometheus alertmanager grafana filebeat ${names//,/ }; do
    # An address is named as one.
    if [[ $server =~ ^[0-9.]+$|: ]]; then servers+=",IP:$server"; else servers+=",DNS:$server"; fi
  done
  extensions=$(mktemp)
  cat >"$extensions" <<END
basicConstraints=CA:FALSE
keyUsage=critical,digitalSignature,keyEncipherment
extendedKeyUsage=serverAuth,clientAuth
subjectAltName=$servers
END
  openssl req -newkey rsa:3072 -nodes -sha256 -subj "/CN=rustim-telemetry" \
    -keyout "$certs/stack/stack.key" -out "$certs/stack/stack.csr" 2>/dev/null
  openssl x509 -req -sha256 -days 825 -in "$certs/stack/stack.csr" -CA "$certs/ca/ca.crt" -CAkey "$certs/ca/ca.key" \
    -CAcreateserial -extfile "$extensions" -out "$certs/stack/stack.crt" 2>/dev/null
  # The input for Beats takes this form alone.
  openssl pkcs8 -topk8 -nocrypt -in "$certs/stack/stack.key" -out "$certs/stack/stack.pkcs8.key"
  rm -f "$certs/stack/stack.csr" "$extensions"
fi

hash=$(htpasswd -niBC 10 obs_tui <<<"$password" | head -n 1 | cut -d : -f 2)
cat >"$certs/web/web.yml" <<END
tls_server_config:
  cert_file: /certs/stack/stack.crt
  key_file: /certs/stack/stack.key
basic_auth_users:
  obs_tui: $hash
END
printf '%s' "$password" >"$certs/web/obs_tui.password"

# The servers run as different users of the group 0; the authority's certificate is for everybody.
chgrp -R 0 "$certs" 2>/dev/null || true
chmod 755 "$certs" "$certs/ca"
chmod 644 "$certs/ca/ca.crt"
chmod 750 "$certs/stack" "$certs/web"
chmod 640 "$certs"/stack/* "$certs"/web/*
echo "certificates and passwords are in $certs"
