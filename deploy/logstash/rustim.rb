# Makes one document of a line of RustIM's JSON log, for Logstash's ruby filter. The parsed line is in [@metadata][line].
#
# RustIM logs by tracing-subscriber, flattened ({"timestamp", "level", "target", "message", …}) or not ({…, "fields":
# {"message", …}, "span": {"name", …}, "spans": […]}); lines with the names of ECS or OpenTelemetry are understood as well. What
# comes out has the fields of ../elasticsearch/index-template.json. test/cases.json has an example of everything.

LEVELS = {
  "trace" => "trace", "debug" => "debug", "info" => "info", "information" => "info", "notice" => "info",
  "warn" => "warn", "warning" => "warn", "error" => "error", "err" => "error",
  "fatal" => "critical", "critical" => "critical", "panic" => "critical"
}.freeze

# The names under which loggers write the same thing, the most telling first.
NAMES = {
  "time" => ["timestamp", "@timestamp", "time", "ts"],
  "message" => ["message", "msg"],
  "level" => ["level", "log.level", "severity", "severity_text"],
  "service_name" => ["service_name", "service.name", "service"],
  "trace_id" => ["trace_id", "traceId", "trace.id", "otelTraceID"],
  "span_id" => ["span_id", "spanId", "span.id", "otelSpanID"],
  "host" => ["host", "host.name", "hostname"]
}.freeze

# Filebeat's own; a line may not overwrite them.
RESERVED = ["@timestamp", "@version", "@metadata", "log", "tags"].freeze

def register(params)
end

def filter(event)
  line = event.get("[@metadata][line]")
  file = event.get("[log][file][path]")
  reader = event.get("host")
  event.set("host", reader["name"]) if reader.is_a?(Hash)
  event.remove("host") unless event.get("host").is_a?(String)

  unless line.is_a?(Hash)
    # A number or a list is JSON, but no log line.
    event.tag("_jsonparsefailure")
    event.set("service_name", service_of(file)) if service_of(file)
    return [event]
  end

  values = flattened(line)
  found = NAMES.to_h { |name, names| [name, take(values, names)] }
  time = found.delete("time")
  event.set("[@metadata][time]", time.to_s) unless time.nil?

  text = found.delete("message")
  event.set("message", text.nil? ? event.get("message") : text.to_s)
  level = found.delete("level")
  event.set("level", LEVELS.fetch(level.to_s.downcase, level.to_s.downcase)) unless level.nil?

  span = values["span"].is_a?(Hash) ? values["span"] : {}
  found["trace_id"] ||= span["trace_id"]
  found["span_id"] ||= span["span_id"]
  found["service_name"] ||= service_of(file)
  found.each do |name, value|
    next if value.nil? || value.to_s.empty?
    event.set(name, name.end_with?("_id") ? identifier(value) : value.to_s)
  end

  values.each do |name, value|
    next if value.nil? || RESERVED.include?(name)
    event.set("[" + name.tr("[]", "__") + "]", value)
  end
  [event]
end

# The members of `fields`, where tracing puts what a line says, beside all others. A line's own member wins.
def flattened(line)
  fields = line["fields"]
  return line.dup unless fields.is_a?(Hash)
  fields.merge(line.reject { |name, _| name == "fields" })
end

# Takes the first of the names that has a plain value, dotted or nested, out of the values; the others stay.
def take(values, names)
  names.each do |name|
    value = values[name]
    unless value.nil? || value.is_a?(Hash) || value.is_a?(Array)
      values.delete(name)
      return value
    end
    outer, inner = name.split(".", 2)
    next unless inner && values[outer].is_a?(Hash)
    value = values[outer][inner]
    next if value.nil? || value.is_a?(Hash) || value.is_a?(Array)
    rest = values[outer].reject { |key, _| key == inner }
    rest.empty? ? values.delete(outer) : values[outer] = rest
    return value
  end
  nil
end

# Trace and span identifiers as the trace store writes them: lower-case digits without dashes.
def identifier(value)
  text = value.to_s.strip
  plain = text.delete("-").downcase
  plain.match?(/\A[0-9a-f]{16}([0-9a-f]{16})?\z/) ? plain : text
end

# `/var/log/rustim/msg-server.2026-11-25.log.1` is a file of msg-server.
def service_of(path)
  return nil if path.nil?
  name = path.split("/").last.to_s.sub(/[.\-_]?\d{4}-?\d{2}-?\d{2}.*\z/, "").sub(/\.(log|json|txt|out)(\.\d+)?\z/, "")
  name.empty? ? nil : name
end
