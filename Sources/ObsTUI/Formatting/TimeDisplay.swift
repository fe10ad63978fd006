import ObsData

/// How times are shown: `T` steps through the three.
enum TimeDisplay: Hashable, Sendable {
  case utc
  /// Local time, `offset` seconds east of UTC at the time shown, with the zone's short name.
  case local(offset: Int, name: String)
  /// How long ago: `-12.3s`, `-4m05s`.
  case relative
}
