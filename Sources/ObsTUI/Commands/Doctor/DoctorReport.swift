import ObsData

/// The doctor's findings as `obs-tui doctor` prints them.
struct DoctorReport {
  let context: String
  let findings: [Finding]
  var hasColour = false
  /// Whether the terminal shows more than ASCII.
  var isUnicode = true

  /// 0 where all is well, 1 for warnings, 2 for failures: this command's own rule.
  var exitCode: Int32 {
    switch findings.worst {
    case .ok: 0
    case .warning: 1
    case .failed: 2
    }
  }

  /// A section for each way, a line for each finding, and under those that are not ok what to do next; a summary at the end.
  var text: String {
    var text = ""
    for way in Finding.Way.allCases {
      let part = findings.filter { $0.way == way }
      guard !part.isEmpty else { continue }
      text += (text.isEmpty ? "" : "\n") + "\(way.rawValue)\n"
      for finding in part {
        let evidence = shown(finding.evidence)
        let name = finding.status == .ok ? "" : " [\(finding.kind.id)]"
        text += "  \(mark(finding)) \(shown(finding.step)): \(evidence)\(name)\n"
        if let next = finding.next { text += "      next: \(shown(next))\n" }
      }
    }
    return text + "\n\(summary)\n"
  }

  /// How many findings of each kind there are, in a sentence.
  var summary: String {
    let steps = findings.filter { $0.kind != .storeAbsent }
    func count(_ status: Finding.Status) -> Int { steps.count { $0.status == status } }
    let (failed, warned) = (count(.failed), count(.warning))
    let name = shown(context)
    guard failed + warned > 0 else { return "context \(name): all \(steps.count) steps are in order" }
    var parts: [String] = []
    if failed > 0 { parts.append("\(failed) failed") }
    if warned > 0 { parts.append(warned == 1 ? "1 warning" : "\(warned) warnings") }
    let ids = findings.filter { $0.status != .ok }.sorted { $0.status > $1.status }.map(\.kind.id)
    return "context \(name): \(parts.joined(separator: ", ")), \(count(.ok)) in order; "
      + "obs-tui doctor --explain \(ids.first ?? "ID") says more"
  }

  /// One object with all findings.
  var json: String {
    let items = findings.map { finding -> JSONTree in
      .object([
        ("id", .string(finding.kind.id)), ("step", .string("\(finding.way.rawValue): \(finding.step)")),
        ("status", .string(finding.status.rawValue)), ("evidence", .string(finding.evidence)),
        ("next", finding.next.map(JSONTree.string) ?? .null),
      ])
    }
    return LogPrinter.escaped(JSONTree.object([("findings", .array(items))]).text) + "\n"
  }

  private func mark(_ finding: Finding) -> String {
    let (mark, ascii, colour): (String, String, String) =
      switch finding.status {
      // What is not there is neither in order nor broken.
      case .ok where finding.kind == .storeAbsent: ("–", "-", "2")
      case .ok: ("✓", "+", "32")
      case .warning: ("!", "!", "33")
      case .failed: ("✗", "x", "31")
      }
    let text = isUnicode ? mark : ascii
    return hasColour ? "\u{1B}[\(colour)m\(text)\u{1B}[0m" : text
  }

  private func shown(_ text: String) -> String {
    let visible = LogPrinter.visible(text)
    guard !isUnicode else { return visible }
    let plain = ["“": "\"", "”": "\"", "…": "...", "→": "->", "–": "-"]
    return visible.map { $0.isASCII ? String($0) : plain[String($0)] ?? "?" }.joined()
  }

  /// What `--explain` prints of a finding; throws a sentence with the nearest names for one that there is not.
  static func explanation(of id: String) throws(UsageError) -> String {
    let ids = FindingKind.allCases.map(\.id)
    guard let kind = FindingKind(rawValue: id) else {
      throw UsageError(
        "--explain \(id): there is no such finding\(NearestName.suggestion(for: id, among: ids)); there are \(ids.joined(separator: ", "))"
      )
    }
    return "\(kind.id)\n" + wrapped(kind.explanation, width: 96)
  }

  private static func wrapped(_ text: String, width: Int) -> String {
    var lines = [""]
    for word in text.split(separator: " ") {
      let last = lines[lines.count - 1]
      if last.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if last.count + word.count < width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }
}
