extension FindingKind {
  /// What the finding means, how it comes about and what helps: a paragraph.
  public var explanation: String {
    switch self {
    case .answers:
      "The server answers at the address of the settings, takes the credentials and is what it should be."
    case .clock:
      "This machine's clock and the server's differ by no more than ten seconds, by the Date header of its answers (Elasticsearch sends none: its _cat/health tells the time)."
    case .index: "The index pattern matches at least one index."
    case .window: "There are log lines in the time that was asked about (--since)."
    case .fields:
      "The lines' time, level, service and trace are found under names that obs-tui knows or the settings give."
    case .parsed: "The lines came as JSON and were taken apart: level, service and trace are fields of their own."
    case .files: "The files of --log-path are there and can be read by everybody, Filebeat included."
    case .traces: "Jaeger has traces in the time that was asked about (--since)."
    case .traceIDs:
      "Trace ids of log lines are known to Jaeger: Enter on such a line opens its trace. Below 100 % the others were not sampled (telemetry.sampling_ratio), or were lost on their way."
    case .propagation: "The newest traces hang together: no span names a parent that did not arrive."
    case .services: "Every service that writes log lines is known to the other store as well."
    case .samples: "Prometheus scrapes something: the series up has samples."
    case .targets: "Every target of Prometheus could be scraped the last time."
    case .rules: "Every rule of Prometheus could be evaluated the last time."
    case .pipeline: "The program between the services and the store takes what it gets and hands it on."
    case .storeAbsent:
      "The context does not name this store, so that its way was not looked at. Its url in the settings adds it; 'obs-tui init' looks for it on its usual port."
    case .nameUnknown:
      "The host's name could not be resolved. Check its spelling, this machine's DNS (getent hosts NAME) and the VPN. Names of Docker Compose and Kubernetes are known inside their networks only: from outside use a published port or kubectl port-forward."
    case .refused:
      "The host is there, but nothing listens on that port. Check that the program runs (systemctl status, docker compose ps), on which address it listens (127.0.0.1 is reachable from its own machine alone; ss -ltn), and the port in the settings."
    case .unreachable:
      "No connection came about, or it was closed before an answer. Check the network, the VPN, firewalls between, and whether the port speaks https rather than http."
    case .timeout:
      "No answer came within the timeout of the settings. A firewall that drops packets looks the same as a server that is too busy: try the address with curl -v, and look at the server's load. timeout: in the settings gives it longer."
    case .certificate:
      "TLS did not come about: the server's certificate is not trusted, is for another name or has expired, or the server wants a certificate of ours. ca_file: names the authority that signed it (Elasticsearch makes its own: http_ca.crt), cert_file: and key_file: our own certificate."
    case .unauthorised:
      "The server wants to know who asks, or did not accept who we say we are. Basic is username and password, Bearer is token, ApiKey is api_key in the settings; each can be read from a file (…_file) or a command (…_command)."
    case .forbidden:
      "The server knows who asks, but does not allow it. For logs, the role needs read and view_index_metadata on the index pattern, and monitor on the cluster for the version; nothing that obs-tui asks needs the right to write."
    case .wrongPath:
      "Something answers, but not the API of this store: mostly a web page, because the address lacks a base path (https://host/jaeger, https://host/prometheus), names another program's port, or leads to a login page."
    case .overloaded:
      "The server asks for patience (429 or 503): it is starting, too busy, or a proxy has nobody behind it. obs-tui waits and asks again; look at the server's own health."
    case .storeError: "The server answered with an error of its own. Its words stand in the evidence; its log has more."
    case .settings:
      "No request could be made with what the settings say, such as a secret whose file or command gives nothing. 'obs-tui config check' reads them over, 'obs-tui config show' prints what counts."
    case .clocksApart:
      "This machine's clock and the server's differ. The window 'last 15 minutes' is made by this machine's clock: with clocks apart it shows nothing, or cuts off the newest. Set both by NTP (timedatectl status)."
    case .indexNothing:
      "No index has a name that the pattern matches: nothing has been written yet, or under other names. indices: in the settings (or --index) takes other patterns; the evidence lists what there is."
    case .logsNone:
      "There are indices, but no document in them: the shipper has not sent any. Walk the way backwards: Logstash's events out, Filebeat's acked events, the log files."
    case .logsOld:
      "The newest line is older than the time that was asked about: the flow has stopped since, or the clock of what writes is wrong. Look at the shipper first (Filebeat, Logstash), then at the service."
    case .logsPartial:
      "Elasticsearch answered for a part of the data only: shards failed, or the search ran out of time. What is shown then is not everything. Look at the cluster's health."
    case .timeField:
      "No field that could be a line's time is a date in the index's mapping. Text cannot be sorted by time: map the field as date in the index template (existing indices keep their mapping; the next one has it), or name the right field under fields: time: in the settings."
    case .levelField:
      "No field with a level was found, so that levels cannot be filtered and errors are not counted. fields: level: in the settings names it. A service that writes plain text has its level inside the message: see unparsed."
    case .serviceField:
      "No field that names the service was found, or it is mapped as text, by which nothing can be grouped: the service bar stays empty. fields: service: in the settings names it; in the index template it should be a keyword."
    case .traceField:
      "The lines carry no trace id under a name that is known, so that no way leads from a line to its trace. RustIM writes trace_id with log.format: json and telemetry.enabled: true; fields: trace_id: in the settings gives another name."
    case .unparsed:
      "Lines arrived as plain text, or as JSON that was not taken apart: level, service and trace are hidden in the message. Set log.format: json (LOG_FORMAT=json) in the service; in Filebeat the ndjson parser, in Logstash the json filter, takes them apart. Lines that are no JSON, such as a panic's, are kept with the tag _jsonparsefailure."
    case .logPathNothing:
      "No file has a name that --log-path matches. Quote the pattern, so that the shell does not fill it in; inside a container the path is the one that the volume is mounted on."
    case .logFileUnreadable:
      "Filebeat mostly runs as a user of its own, and reads only what others may read. chmod 644 for the files and 755 for the folders above them; a service's UMask=0022 or logrotate's 'create 0644' keeps it so."
    case .tracesNone:
      "Jaeger answers, but no service has ever sent a span to it. In RustIM telemetry.enabled: true (TELEMETRY_ENABLED=true) and telemetry.endpoint (TELEMETRY_ENDPOINT) must name the collector: port 4317 for gRPC, 4318 for HTTP. The collector's own metrics tell whether spans come in."
    case .tracesOld:
      "Jaeger knows services, but has no trace of the time that was asked about: spans have stopped coming in, nothing was sampled, or nothing happened."
    case .tracesBroken:
      "Spans name a parent that is not in their trace, and they are the first ones of another service: the caller's span was not sent, or the services do not agree on the headers. All services need the same telemetry.propagation (tracecontext), and proxies and queues between must hand on traceparent. Where a client's span has no counterpart at all, the callee began a new trace."
    case .traceUnknown:
      "Lines carry trace ids, and Jaeger knows none of those that were looked up. Spans do not get there: telemetry.enabled is false, telemetry.endpoint is wrong, or the collector drops them. Or the sampling ratio is so low that it was chance: with sampling_ratio 0.01 only one line in a hundred leads to a trace."
    case .serviceUntraced:
      "A service writes log lines, but Jaeger does not know it: telemetry.enabled is off there, or it calls itself otherwise in its spans (services: aliases: in the settings joins two names)."
    case .serviceUnmeasured:
      "A service writes log lines, but Prometheus has no request metrics of it: it is not among the scraped targets, or calls itself otherwise (services: aliases: joins two names). Not every service has requests to count."
    case .samplesNone:
      "Prometheus has no sample of up: it scrapes nothing. Look at scrape_configs in its configuration and at Status > Targets."
    case .targetDown:
      "Prometheus cannot scrape a target; its words say why. connection refused: the service is down, or its metrics port is another; context deadline exceeded: it is too slow; 404: another metrics_path."
    case .ruleError:
      "Prometheus could not evaluate a rule: its alert can never fire. 'promtool check rules FILE' finds errors of syntax; many-to-many matching comes from data."
    case .filebeatNotAcking:
      "Filebeat reads lines, but what it sends is not acknowledged: Logstash or Elasticsearch is away, blocked or refuses. Lines are not lost; they stay in their files, as long as those are there. Filebeat's log names the reason."
    case .logstashQueueFull:
      "Logstash's queue is full or nearly so: what is behind it takes less than comes in. Filebeat then waits. Look at Elasticsearch's rejected writes, its disk, and at slow filters."
    case .collectorRefusing:
      "The collector refuses spans (its memory limiter, mostly), or cannot hand them on to Jaeger and drops them. Look at Jaeger, at memory_limiter's limits and at the exporter's sending queue."
    }
  }
}
