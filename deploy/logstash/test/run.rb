# Tries rustim.rb on the lines of cases.json, or of a service's log: ruby run.rb [FILE]. The filters around it (json before, date behind) are played as
# Logstash documents them; of a document's time only the text that the date filter would read is compared.
require "json"

# A script is evaluated in an empty object, as Logstash's plugin does it.
file = File.expand_path("../rustim.rb", __dir__)
script = Object.new
script.instance_eval(File.read(file), file, 1)
script.register({})

# As much of Logstash's event as the filter uses.
class Event
  attr_reader :data

  def initialize(data) = @data = data

  def get(reference) = path(reference).reduce(@data) { |place, name| place.is_a?(Hash) ? place[name] : nil }

  def set(reference, value)
    *outer, last = path(reference)
    outer.reduce(@data) { |place, name| place[name] ||= {} }[last] = value
  end

  def remove(name) = @data.delete(name)

  def tag(name)
    tags = (@data["tags"] ||= [])
    tags << name unless tags.include?(name)
  end

  private

  def path(reference)
    return [reference] unless reference.include?("[")
    raise "not a field reference: #{reference}" unless reference.match?(/\A(\[[^\[\]]+\])+\z/)
    reference.scan(/\[([^\[\]]+)\]/).flatten
  end
end

# What the filters make of a line that Filebeat read from a file.
document = lambda do |line, file, host|
  data = {"message" => line, "@metadata" => {}}
  data["log"] = {"file" => {"path" => file}, "offset" => 0} if file
  data["host"] = host if host
  event = Event.new(data)
  begin
    event.set("[@metadata][line]", JSON.parse(line))
  rescue JSON::ParserError
    event.tag("_jsonparsefailure")
  end
  script.filter(event)
  made = event.data.reject { |name, _| ["@metadata", "log"].include?(name) }
  time = event.get("[@metadata][time]")
  time ? made.merge("time" => time) : made
end

# Lines of a service, one each in a file that is named: every one must become a whole document.
if ARGV[0]
  lines = File.readlines(ARGV[0], chomp: true, encoding: "UTF-8")
  bad = lines.reject do |line|
    made = document.call(line, nil, nil)
    made["tags"].nil? && %w[time level service_name message].all? { |name| made[name].is_a?(String) } &&
      %w[trace debug info warn error critical].include?(made["level"])
  end
  bad.first(3).each { |line| warn "no whole document: #{line}" }
  puts "#{lines.size - bad.size} of #{lines.size} lines of a service become whole documents"
  exit lines.empty? || bad.any? ? 1 : 0
end

cases = JSON.parse(File.read(File.expand_path("cases.json", __dir__)))
failed = cases.reject do |example|
  made = document.call(example["line"], example["file"], example["host"])
  next true if made == example["document"]
  warn "#{example["name"]}\n  expected #{example["document"].to_json}\n  but came #{made.to_json}"
  false
end
puts "#{cases.size - failed.size} of #{cases.size} lines become the documents that are expected"
exit failed.empty? ? 0 : 1
