/// Offers fields and values of the newest lines of files.
public struct LogFileCompletionJob: PollJob {
  private let files: LogFiles
  private let query: CompletionQuery

  /// So much of each file is looked at.
  private static let bytes = 512 << 10

  /// Makes the job of one subscription.
  public init(_ files: LogFiles, _ query: CompletionQuery) {
    self.files = files
    self.query = query
  }

  /// Looks once.
  public func poll(now: Timestamp) async throws(FetchError) -> PollAnswer {
    var documents: [JSONValue] = []
    for var reader in files.readers() {
      reader.refresh()
      reader.begin(now: now)
      documents += reader.readBack(LogFileCompletionJob.bytes).entries.map(\.source)
    }
    return PollAnswer(.completion(LogFileCompletionJob.answer(query, documents)), next: .never)
  }

  /// What the documents have to offer: fields by name, values by how often they occur.
  static func answer(_ query: CompletionQuery, _ documents: [JSONValue]) -> CompletionAnswer {
    switch query {
    case .fields:
      var types: [String: Set<String>] = [:]
      for leaf in documents.lazy.flatMap(KQLPath.leaves) where types.count < CompletionAnswer.mostFields {
        if let type = type(of: leaf.value) { types[leaf.name, default: []].insert(type) }
      }
      let fields = types.map { CompletionAnswer.Field($0.key, $0.value.sorted()) }
      return CompletionAnswer(fields: fields.sorted { $0.name < $1.name })
    case .values(let field, let prefix, _):
      let wanted = prefix.lowercased()
      var counts: [String: Int] = [:]
      for document in documents {
        for found in KQLPath.values(of: KQLTerm(.plain(field)), in: document) {
          guard let text = text(of: found.value), text.utf8.count <= 256, text.lowercased().hasPrefix(wanted) else {
            continue
          }
          if counts[text] != nil || counts.count < 10_000 { counts[text, default: 0] += 1 }
        }
      }
      let values = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
      return CompletionAnswer(values: Array(values.prefix(CompletionAnswer.mostValues)))
    }
  }

  private static func type(of value: JSONValue) -> String? {
    switch value.kind {
    case .string: "keyword"
    case .int: "long"
    case .double: "double"
    case .bool: "boolean"
    case .null, .array, .object: nil
    }
  }

  private static func text(of value: JSONValue) -> String? {
    switch value.kind {
    case .string: value.string
    case .int, .double, .bool: value.tree.text
    case .null, .array, .object: nil
    }
  }
}
