# Tries rustim.rb on the lines of cases.json: ruby run.rb. The filters around it (json before, date behind) are played as
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

cases = JSON.parse(File.read(File.expand_path("cases.json", __dir__)))
failed = cases.reject do |example|
  data = {"message" => example["line"], "@metadata" => {}}
  data["log"] = {"file" => {"path" => example["file"]}, "offset" => 0} if example["file"]
  data["host"] = example["host"] if example["host"]
  event = Event.new(data)
  begin
    event.set("[@metadata][line]", JSON.parse(example["line"]))
  rescue JSON::ParserError
    event.tag("_jsonparsefailure")
  end
  script.filter(event)
  document = event.data.reject { |name, _| ["@metadata", "log"].include?(name) }
  time = event.get("[@metadata][time]")
  document["time"] = time if time
  next true if document == example["document"]
  warn "#{example["name"]}\n  expected #{example["document"].to_json}\n  but came #{document.to_json}"
  false
end
puts "#{cases.size - failed.size} of #{cases.size} lines become the documents that are expected"
exit failed.empty? ? 0 : 1
