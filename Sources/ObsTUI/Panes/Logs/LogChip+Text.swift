import ObsData

/// A filter as an argument of the program: `+user_id:"12345"`, `-level:*`, and `off` in front of one that is switched off.
extension LogChip {
  /// The argument; whatever field and value hold, it is read back the same.
  var argument: String {
    let field = filter.field.flatMap { $0 == ":" || $0 == "\\" ? ["\\", $0] : [$0] }
    let value =
      switch filter.test {
      case .exists: "*"
      case .value(let value): JSONTree.string(value).text
      }
    return (isOn ? "" : "off") + (filter.isExcluding ? "-" : "+") + String(field) + ":" + value
  }

  /// Reads an argument; a value need not stand in quotes. Nil for what is none.
  init?(argument: String) {
    var rest = argument[...]
    let isOn = !rest.hasPrefix("off")
    if !isOn { rest = rest.dropFirst(3) }
    guard let sign = rest.popFirst(), sign == "+" || sign == "-" else { return nil }
    var field = ""
    while let character = rest.popFirst(), character != ":" {
      field.append(character == "\\" ? rest.popFirst() ?? "\\" : character)
    }
    guard !field.isEmpty, !rest.isEmpty else { return nil }
    var value = String(rest)
    if value.hasPrefix("\"") {
      guard let text = (try? JSONDocument(parsing: Array(value.utf8)))?.root.string else { return nil }
      value = text
    }
    let test: LogFilter.Test = rest == "*" ? .exists : .value(value)
    self.init(filter: LogFilter(field: field, test: test, isExcluding: sign == "-"), isOn: isOn)
  }
}

extension FilterStack {
  /// The filters as arguments of the program.
  var arguments: [String] { chips.map(\.argument) }

  /// Filters from arguments. Throws a sentence for one that cannot be read, or too many.
  init(arguments: [String]) throws(UsageError) {
    self.init()
    guard arguments.count <= FilterStack.capacity else {
      throw UsageError("--chip: at most \(FilterStack.capacity) filters")
    }
    for argument in arguments {
      guard let chip = LogChip(argument: argument) else {
        throw UsageError("--chip \(argument): not a filter such as +user_id:12345, -level:* or off+pod:web-1")
      }
      _ = add(chip.filter)
      if !chip.isOn, let index = filters.firstIndex(of: chip.filter) { toggle(index) }
    }
  }
}
