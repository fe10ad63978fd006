/// What a cell means. Views name roles, themes name colours; a theme that lacks `log.error.selected` answers with `log.error`.
enum Role: UInt8, CaseIterable, Sendable {
  case text, textMuted, textStrong, textLink
  case title, titleFocused, border, borderFocused
  case selection, selectionUnfocused, match, matchCurrent, mark, cursor
  case logCritical, logError, logWarning, logInfo, logDebug, logTime, logService, logMessage, logField
  case spanBar, spanBarError, spanBarSelected, spanBarCritical, spanOperation, spanService, spanGuide, spanError,
    spanErrorBelow
  case axis, chart, chartError, chartWarning, chartGap, chartCursor
  case statusLive, statusFrozen, statusStale, statusError, statusOK, statusText, badgeInsecure
  case context, contextProduction
  case contextYellow, contextGreen, contextBlue, contextMagenta, contextCyan
  case prompt, promptError, completion, completionSelected
  case serviceOK, serviceWarning, serviceError, serviceSelected
  case series1, series2, series3, series4, series5, series6, series7, series8
  case help, helpKey, notice, noticeError

  /// The name in a theme file: `logError` is `log.error`, `statusOK` is `status.ok`, `series1` is `series.1`.
  var name: String { Role.names[Int(rawValue)] }

  private static let names: [String] = allCases.map { role in
    var name = ""
    var wasCapital = false
    for character in "\(role)" {
      let isCapital = character.isUppercase || character.isNumber
      if isCapital, !wasCapital { name += "." }
      name += character.lowercased()
      wasCapital = isCapital
    }
    return name
  }

  /// The colour of a service: the same name has the same colour on every screen and in every run.
  static func series(for name: String) -> Role {
    var hash: UInt32 = 2_166_136_261  // FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/
    for byte in name.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    return Role(rawValue: Role.series1.rawValue + UInt8(hash % 8)) ?? .series1
  }
}

/// How a cell looks, in terms of meaning: a role for what is written, and a role for what lies behind it.
struct Style: Hashable, Sendable {
  var role: Role
  /// The role whose background and emphasis are laid over: a selection, a match. Nil for the plain background.
  var background: Role?

  init(_ role: Role, on background: Role? = nil) {
    self.role = role
    self.background = background
  }

  static let plain = Style(.text)
}
