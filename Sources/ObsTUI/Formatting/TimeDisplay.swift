import ObsData

/// How times are shown: `T` steps through the three.
enum TimeDisplay: Hashable, Sendable {
  case utc
  /// Local time, `offset` seconds east of UTC at the time shown, with the zone's short name.
  case local(offset: Int, name: String)
  /// How long ago: `-12.3s`, `-4m05s`.
  case relative
}

extension TimeDisplay {
  /// The zone as queries name it, `+08:00`; nil for UTC, and where times are relative.
  var zone: String? {
    guard case .local(let offset, _) = self, offset != 0 else { return nil }
    let minutes = abs(offset) / 60
    let digits = [minutes / 60, minutes % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
    return (offset < 0 ? "-" : "+") + digits.joined(separator: ":")
  }
}
