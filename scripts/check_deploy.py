"""What check-deploy.sh asks of the files of deploy/ beyond their tools: check_deploy.py COMPOSE-JSON SECURE-JSON RULES-OUT."""
import json
import pathlib
import re
import sys

import yaml

deploy = pathlib.Path(__file__).resolve().parent.parent / "deploy"
problems = []


def need(condition, sentence):
    if not condition:
        problems.append(sentence)


# Every file that is YAML or JSON can be read.
for path in sorted(deploy.rglob("*")):
    if "certs" in path.parts:
        continue
    try:
        if path.suffix in (".yml", ".yaml"):
            list(yaml.safe_load_all(path.read_text()))
        elif path.suffix == ".json":
            json.loads(path.read_text())
    except (ValueError, yaml.YAMLError) as error:
        problems.append(f"{path.relative_to(deploy)}: {error}")

ONE_SHOT = {"tools", "setup", "certs"}
PORTS = {
    "elasticsearch": [9200], "logstash": [9600], "kibana": [5601], "filebeat": [5066], "otel-collector": [4317, 4318],
    "jaeger": [16686], "prometheus": [9090], "alertmanager": [9093], "grafana": [3000],
}


def source(volume):
    text = volume if isinstance(volume, str) else volume.get("source", "")
    return text.split(":")[0]


for name in sys.argv[1:3]:
    config = yaml.safe_load(pathlib.Path(name).read_text())
    for service, settings in config["services"].items():
        tag = settings["image"].rpartition(":")[2]
        need(re.search(r"\d+\.\d+", tag), f"{service}: the image {settings['image']} names no version")
        need("mem_limit" in settings, f"{service}: no limit of memory")
        need(service in ONE_SHOT or "healthcheck" in settings, f"{service}: no health check")
        need(service not in ONE_SHOT or "restart" not in settings, f"{service}: runs once, and must not be started again")
        published = [str(port) for port in settings.get("ports", [])]
        for port in PORTS.get(service, []):
            need(any(f"127.0.0.1:{port}:{port}" in entry for entry in published), f"{service}: port {port} is not as users know it")
        for volume in settings.get("volumes", []):
            path = source(volume)
            # What the stack makes itself does not exist before.
            if path.startswith("/") and not path.endswith("/certs"):
                need(pathlib.Path(path).exists(), f"{service}: {path} is mounted, but is not there")
    need(set(PORTS) <= set(config["services"]), f"{name}: services are missing")

# What can be set is in the example.
example = (deploy / "env.example").read_text()
for path in sorted(deploy.glob("docker-compose.*.yml")):
    for variable in set(re.findall(r"\$\{([A-Z_]+)", path.read_text())):
        need(variable in example, f"env.example: nothing about {variable} of {path.name}")

# Grafana: what the dashboards name is provisioned; their expressions go to promtool as rules.
sources = yaml.safe_load((deploy / "grafana/provisioning/datasources/datasources.yml").read_text())["datasources"]
secure = yaml.safe_load((deploy / "grafana/secure/datasources.yml").read_text())["datasources"]
uids = {entry["uid"] for entry in sources}
need(uids == {entry["uid"] for entry in secure}, "grafana: the data sources with and without security are not the same")
for text in [json.dumps(sources), json.dumps(secure)]:
    for uid in re.findall(r'"datasourceUid": "([^"]+)"', text):
        need(uid in uids, f"grafana: a link leads to the data source {uid}, which there is not")
expressions = []
for path in sorted((deploy / "grafana/dashboards").glob("*.json")):
    board = json.loads(path.read_text())
    identifiers = [panel["id"] for panel in board["panels"]]
    need(len(identifiers) == len(set(identifiers)), f"{path.name}: two panels have the same id")
    for panel in board["panels"]:
        for target in panel.get("targets", []):
            need(target["datasource"]["uid"] in uids, f"{path.name}: {panel['title']}: no such data source")
            if "expr" in target:
                expressions.append(target["expr"].replace("$__rate_interval", "5m").replace("$service", ".*"))
need(expressions, "grafana: no panel asks Prometheus anything")
rules = [{"record": f"panel:{number}", "expr": expression} for number, expression in enumerate(expressions)]
pathlib.Path(sys.argv[3]).write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))

# Logs: what the filter's examples come to has a type in the template, its own or by a rule for new fields.
template = json.loads((deploy / "elasticsearch/index-template.json").read_text())["template"]
known = set(template["mappings"]["properties"])
for field in ("@timestamp", "message", "level", "service_name", "trace_id", "span_id", "tags"):
    need(field in known, f"index-template.json: no type for {field}")
for field in ("level", "service_name", "trace_id", "span_id", "tags"):
    need(template["mappings"]["properties"][field]["type"] == "keyword", f"index-template.json: {field} is no keyword")
lifecycle = json.loads((deploy / "elasticsearch/ilm-policy.json").read_text())["policy"]["phases"]
need("rollover" in lifecycle["hot"]["actions"] and "delete" in lifecycle["delete"]["actions"], "ilm-policy.json: no rollover or no end")

for problem in problems:
    print(f"deploy: {problem}", file=sys.stderr)
print(f"deploy: {len(expressions)} expressions of dashboards, {len(problems)} problems")
sys.exit(1 if problems else 0)
