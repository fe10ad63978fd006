/// Something that happened at an instant and that values may have changed by: a restart, a new version, a note of somebody's.
public struct TimeMarker: Hashable, Sendable {
  /// What happened.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case restart, version, annotation
  }

  /// When.
  public let time: Timestamp
  /// What happened.
  public let kind: Kind
  /// It in a sentence without a full stop, such as `msg-server is 2.4.0 now, was 2.3.1`.
  public let text: String

  /// Makes a marker.
  public init(time: Timestamp, kind: Kind, text: String) {
    self.time = time
    self.kind = kind
    self.text = text
  }
}
